using System.Globalization;
using System.Text;
using SkillFactory.Primitives.Errors;
using SkillFactory.Tokenization.Normalizing;

namespace SkillFactory.Tokenization;

/// <summary>The bytes of each token, and the text of several.</summary>
internal sealed class TokenBytes
{
    private readonly byte[]?[] _bytes;
    private readonly bool[] _isByte;
    private readonly int _spacesCut;

    /// <exception cref="UserErrorException">A token of a byte-level vocabulary has a character outside of the byte alphabet.</exception>
    public TokenBytes(TokenizerDefinition definition, int count, string source)
    {
        (_bytes, _isByte, _spacesCut) = (new byte[]?[count], new bool[count], definition.Decoding.SpacesCut);
        var replacements = definition.Decoding.Replaced.Select(r => new ReplaceStep(r.Pattern, r.Content)).ToList();
        foreach (var added in definition.AddedTokens)
        {
            _bytes[added.Id] = Encoding.UTF8.GetBytes(Shown(added.Content));
        }

        foreach (var (token, id) in definition.Vocabulary)
        {
            if (definition.ByteFallback)
            {
                _isByte[id] = ByteOf(token) is not null;
                _bytes[id] ??= ByteOf(token) is { } value ? [value] : Encoding.UTF8.GetBytes(Shown(token));
            }
            else
            {
                _bytes[id] ??= ByteAlphabet.ToBytes(token)
                    ?? throw new UserErrorException(
                        $"{source}: vocabulary entry '{token}' (id {id}) is not in the byte alphabet of a byte-level vocabulary"
                    );
            }
        }

        string Shown(string token) => replacements.Aggregate(token, (text, step) => step.Apply(text));
    }

    public ReadOnlySpan<byte> Of(int id) => id < _bytes.Length ? _bytes[id] : null;

    /// <param name="skipped">Tokens to skip, by id; null for none.</param>
    public string Decode(ReadOnlySpan<int> ids, bool[]? skipped)
    {
        using var bytes = new MemoryStream(ids.Length * 4);
        var run = new List<byte>();
        foreach (var id in ids)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(id, nameof(ids));
            if (IsSkipped(id, skipped))
            {
                continue;
            }

            if (id < _isByte.Length && _isByte[id])
            {
                run.Add(_bytes[id]![0]);
                continue;
            }

            End(run, bytes);
            bytes.Write(Of(id));
        }

        End(run, bytes);
        return Encoding.UTF8.GetString(bytes.GetBuffer().AsSpan(0, (int)bytes.Length)[Cut(ids, skipped)..]);
    }

    /// <summary>Number of spaces that are cut at the start.</summary>
    public int Cut(ReadOnlySpan<int> ids, bool[]? skipped)
    {
        var cut = 0;
        foreach (var id in ids)
        {
            foreach (var value in IsSkipped(id, skipped) ? [] : Of(id))
            {
                if (cut == _spacesCut || value != ' ')
                {
                    return cut;
                }

                cut++;
            }
        }

        return cut;
    }

    private static bool IsSkipped(int id, bool[]? skipped) => skipped is not null && id < skipped.Length && skipped[id];

    /// <summary>Writes a run of byte tokens. One that is not UTF-8 becomes as many U+FFFD as it has bytes, as in the reference.</summary>
    private static void End(List<byte> run, MemoryStream bytes)
    {
        if (run.Count == 0)
        {
            return;
        }

        var text = run.ToArray();
        if (System.Text.Unicode.Utf8.IsValid(text))
        {
            bytes.Write(text);
        }
        else
        {
            foreach (var _ in text)
            {
                bytes.Write("\ufffd"u8);
            }
        }

        run.Clear();
    }

    private static byte? ByteOf(string token) =>
        token.Length == 6
        && token.StartsWith("<0x", StringComparison.Ordinal)
        && token[5] == '>'
        && byte.TryParse(token.AsSpan(3, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value)
            ? value
            : null;
}
