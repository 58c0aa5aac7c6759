using System.Collections.Concurrent;
using System.Text;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Tokenization;

/// <summary>
/// Byte-level BPE tokenizer that gives the same ids as Hugging Face's <c>tokenizers</c>, without the special tokens of a post-processor,
/// which the chat template writes instead. Immutable and thread-safe. Decoding restores any text exactly, unless the definition
/// normalizes text.
/// </summary>
public sealed class Tokenizer
{
    private const int MaxCachedPieceLength = 64;
    private const int MaxVocabulary = 1 << 24;
    private const int MaxCachedPieces = 1 << 16;

    private readonly TokenizerDefinition _definition;
    private readonly AddedTokenMatcher _raw;
    private readonly AddedTokenMatcher _normalized;
    private readonly PieceSplitter _splitter;
    private readonly PairMerger _merger;
    private readonly int[] _idOfByte = new int[256];
    private readonly Dictionary<string, int> _ids;
    private readonly Dictionary<string, int> _addedIds;
    private readonly string?[] _tokens;
    private readonly byte[]?[] _bytes;
    private readonly bool[] _special;
    private readonly ConcurrentDictionary<string, int[]> _cache = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, int[]>.AlternateLookup<ReadOnlySpan<char>> _cacheLookup;
    private int _cached;

    /// <exception cref="UserErrorException">The definition contradicts itself or is not byte-level. The message starts with
    /// <paramref name="source"/>.</exception>
    public Tokenizer(TokenizerDefinition definition, string source = "tokenizer")
    {
        _definition = definition;
        _ids = new Dictionary<string, int>(definition.Vocabulary, StringComparer.Ordinal);
        _addedIds = IndexAdded(definition.AddedTokens, source);
        VocabSize = definition.Vocabulary.Values.Concat(_addedIds.Values).DefaultIfEmpty(-1).Max() + 1;
        if (VocabSize > MaxVocabulary)
        {
            throw new UserErrorException($"{source}: the highest token id is {VocabSize - 1}; at most {MaxVocabulary} ids are supported");
        }

        _tokens = new string?[VocabSize];
        _bytes = new byte[]?[VocabSize];
        _special = new bool[VocabSize];
        FillTables(source);
        for (var b = 0; b < 256; b++)
        {
            if (!_ids.TryGetValue(ByteAlphabet.Of((byte)b).ToString(), out _idOfByte[b]))
            {
                throw new UserErrorException(
                    $"{source}: the vocabulary has no token for byte 0x{b:x2}; a byte-level vocabulary has all 256"
                );
            }
        }

        _merger = new PairMerger(RankMerges(source));
        _splitter = new PieceSplitter(definition.SplitPatterns, source);
        _raw = new AddedTokenMatcher(definition.AddedTokens.Where(t => !t.Normalized));
        _normalized = new AddedTokenMatcher(definition.AddedTokens.Where(t => t.Normalized));
        _cacheLookup = _cache.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <summary>Highest id plus one. A model's embedding has at least this many rows.</summary>
    public int VocabSize { get; }

    /// <summary>The definition this tokenizer was built from.</summary>
    public TokenizerDefinition Definition => _definition;

    /// <summary>Reads a Hugging Face <c>tokenizer.json</c>.</summary>
    /// <exception cref="UserErrorException">The file is missing, damaged, or asks for something other than byte-level BPE.</exception>
    public static Tokenizer Load(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            return Load(file, path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException($"{path}: cannot be read: {error.Message}", error);
        }
    }

    /// <param name="source">Name for error messages.</param>
    /// <exception cref="UserErrorException">As for <see cref="Load(string)"/>.</exception>
    public static Tokenizer Load(Stream stream, string source = "tokenizer.json") => new(TokenizerFile.Read(stream, source), source);

    /// <summary>Token ids of <paramref name="text"/>. Added tokens, special ones included, are recognized anywhere in the text.</summary>
    public int[] Encode(string text)
    {
        var ids = new List<int>((text.Length / 3) + 4);
        ForEachPart(_raw, text, ids, part =>
        {
            var normal = _definition.Compose ? CanonicalComposition.Compose(part) : part;
            ForEachPart(_normalized, normal, ids, plain => EncodePlain(plain, ids));
        });
        return [.. ids];
    }

    /// <summary>Decodes ids to text. Bytes that are not valid UTF-8, such as part of a character, become U+FFFD.</summary>
    /// <param name="skipSpecial">Whether to skip special tokens.</param>
    /// <exception cref="ArgumentOutOfRangeException">An id is negative. Unassigned ids, such as spare rows of an embedding, are
    /// skipped.</exception>
    public string Decode(ReadOnlySpan<int> ids, bool skipSpecial = false)
    {
        using var bytes = new MemoryStream(ids.Length * 4);
        foreach (var id in ids)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(id, nameof(ids));
            if (!skipSpecial || !IsSpecial(id))
            {
                bytes.Write(TokenBytes(id));
            }
        }

        return Encoding.UTF8.GetString(bytes.GetBuffer().AsSpan(0, (int)bytes.Length));
    }

    /// <summary>UTF-8 bytes of one token, which may be part of a character; empty for an unassigned id.</summary>
    public ReadOnlySpan<byte> TokenBytes(int id) => id < VocabSize ? _bytes[id] : null;

    /// <summary>Whether <paramref name="id"/> is a special token.</summary>
    public bool IsSpecial(int id) => id < VocabSize && _special[id];

    /// <summary>Id of an added token by its text, or of a vocabulary entry by its spelling in the byte alphabet; null when there is
    /// none.</summary>
    public int? TokenId(string token) => _addedIds.TryGetValue(token, out var id) || _ids.TryGetValue(token, out id) ? id : null;

    /// <summary>The token as <c>tokenizer.json</c> spells it; null for an unassigned id.</summary>
    public string? TokenToString(int id) => id >= 0 && id < VocabSize ? _tokens[id] : null;

    private static void ForEachPart(AddedTokenMatcher matcher, string text, List<int> ids, Action<string> plain)
    {
        var done = 0;
        while (matcher.Next(text, done) is var (start, token))
        {
            if (start > done)
            {
                plain(text[done..start]);
            }

            ids.Add(token.Id);
            done = start + token.Content.Length;
        }

        if (done < text.Length)
        {
            plain(done == 0 ? text : text[done..]);
        }
    }

    private void EncodePlain(string text, List<int> ids)
    {
        foreach (var range in _splitter.Split(text))
        {
            var piece = text.AsSpan(range);
            if (_cacheLookup.TryGetValue(piece, out var known))
            {
                ids.AddRange(known);
                continue;
            }

            var encoded = EncodePiece(piece);
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
    }

    private int[] EncodePiece(ReadOnlySpan<char> piece)
    {
        var bytes = new byte[Encoding.UTF8.GetByteCount(piece)];
        Encoding.UTF8.GetBytes(piece, bytes);
        if (_definition.IgnoreMerges && _ids.TryGetValue(ByteAlphabet.Of(bytes), out var whole))
        {
            return [whole];
        }

        return _merger.Merge(Array.ConvertAll(bytes, b => _idOfByte[b]));
    }

    private static Dictionary<string, int> IndexAdded(IReadOnlyList<AddedToken> tokens, string source)
    {
        var ids = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var token in tokens)
        {
            if (token.Content.Length == 0 || !ids.TryAdd(token.Content, token.Id))
            {
                throw new UserErrorException(
                    $"{source}: added token '{token.Content}' (id {token.Id}) is {(token.Content.Length == 0 ? "empty" : "there twice")}"
                );
            }
        }

        return ids;
    }

    private void FillTables(string source)
    {
        foreach (var added in _definition.AddedTokens)
        {
            Place(added.Content, added.Id, source);
            _bytes[added.Id] = Encoding.UTF8.GetBytes(added.Content);
            _special[added.Id] = added.Special;
        }

        foreach (var (token, id) in _ids)
        {
            Place(token, id, source);
            _bytes[id] ??= ByteAlphabet.ToBytes(token)
                ?? throw new UserErrorException(
                    $"{source}: vocabulary entry '{token}' (id {id}) is not in the byte alphabet; only byte-level BPE is supported"
                );
        }
    }

    private void Place(string token, int id, string source)
    {
        if (id < 0)
        {
            throw new UserErrorException($"{source}: token '{token}' has id {id}; ids start at 0");
        }

        if (_tokens[id] is { } taken && taken != token)
        {
            throw new UserErrorException($"{source}: id {id} belongs to both '{taken}' and '{token}'");
        }

        _tokens[id] = token;
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
