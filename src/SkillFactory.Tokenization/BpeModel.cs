using System.Collections.Concurrent;
using System.Text;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Tokenization;

/// <summary>The ids of pieces: the bytes or characters of a piece, merged. Thread-safe.</summary>
internal sealed class BpeModel
{
    private const int MaxCachedPieceLength = 64;
    private const int MaxCachedPieces = 1 << 16;

    private readonly TokenizerDefinition _definition;
    private readonly IReadOnlyDictionary<string, int> _ids;
    private readonly PairMerger _merger;
    private readonly int[] _idOfByte = new int[256];
    private readonly ConcurrentDictionary<string, int[]> _cache = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, int[]>.AlternateLookup<ReadOnlySpan<char>> _cacheLookup;
    private int _cached;

    /// <exception cref="UserErrorException">A byte has no token, or a merge names a token that the vocabulary lacks.</exception>
    public BpeModel(TokenizerDefinition definition, IReadOnlyDictionary<string, int> ids, string source)
    {
        (_definition, _ids) = (definition, ids);
        for (var b = 0; b < 256; b++)
        {
            var token = definition.ByteFallback ? ByteToken((byte)b) : ByteAlphabet.Of((byte)b).ToString();
            if (!ids.TryGetValue(token, out _idOfByte[b]))
            {
                throw new UserErrorException(
                    $"{source}: the vocabulary has no token for byte 0x{b:x2} ('{token}'); a vocabulary that spells any text has all 256"
                );
            }
        }

        _merger = new PairMerger(RankMerges(source));
        _cacheLookup = _cache.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <summary>How a vocabulary with byte fallback spells a byte.</summary>
    public static string ByteToken(byte value) => $"<0x{value:X2}>";

    /// <summary>Appends the ids of a piece.</summary>
    public void Encode(ReadOnlySpan<char> piece, List<int> ids)
    {
        if (_cacheLookup.TryGetValue(piece, out var known))
        {
            ids.AddRange(known);
            return;
        }

        var encoded = Encode(piece);
        ids.AddRange(encoded);
        if (
            piece.Length <= MaxCachedPieceLength
            && Volatile.Read(ref _cached) < MaxCachedPieces
            && _cache.TryAdd(piece.ToString(), encoded)
        )
        {
            Interlocked.Increment(ref _cached);
        }
    }

    private int[] Encode(ReadOnlySpan<char> piece)
    {
        var bytes = new byte[Encoding.UTF8.GetByteCount(piece)];
        Encoding.UTF8.GetBytes(piece, bytes);
        if (
            _definition.IgnoreMerges
            && _ids.TryGetValue(_definition.ByteFallback ? piece.ToString() : ByteAlphabet.Of(bytes), out var whole)
        )
        {
            return [whole];
        }

        return _merger.Merge(_definition.ByteFallback ? Characters(piece) : Array.ConvertAll(bytes, b => _idOfByte[b]));
    }

    /// <summary>The ids of the characters; those of its bytes for a character that is not in the vocabulary.</summary>
    private int[] Characters(ReadOnlySpan<char> piece)
    {
        var ids = new List<int>(piece.Length);
        Span<byte> bytes = stackalloc byte[4];
        foreach (var rune in piece.EnumerateRunes())
        {
            if (_ids.TryGetValue(rune.ToString(), out var id))
            {
                ids.Add(id);
                continue;
            }

            foreach (var value in bytes[..rune.EncodeToUtf8(bytes)])
            {
                ids.Add(_idOfByte[value]);
            }
        }

        return [.. ids];
    }

    private Dictionary<(int Left, int Right), (int Rank, int Id)> RankMerges(string source)
    {
        var ranks = new Dictionary<(int Left, int Right), (int Rank, int Id)>(_definition.Merges.Count);
        for (var rank = 0; rank < _definition.Merges.Count; rank++)
        {
            var (left, right) = _definition.Merges[rank];
            ranks[(IdOf(left), IdOf(right))] = (rank, IdOf(left + right));

            int IdOf(string token) =>
                _ids.TryGetValue(token, out var id)
                    ? id
                    : throw new UserErrorException(
                        $"{source}: merge {rank} ('{left}' with '{right}') needs the token '{token}', which the vocabulary lacks"
                    );
        }

        return ranks;
    }
}
