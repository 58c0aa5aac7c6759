using System.Text;
using SkillFactory.Primitives.Errors;
using SkillFactory.Tokenization.Normalizing;
using SkillFactory.Tokenization.Splitting;

namespace SkillFactory.Tokenization;

/// <summary>
/// BPE tokenizer that gives the same ids as Hugging Face's <c>tokenizers</c>, without the special tokens of a post-processor, which the
/// chat template writes instead. Immutable and thread-safe. Decoding restores any text exactly, unless the definition changes text
/// (normalizers, a prefix space, splits that leave text out, added tokens that take white space).
/// </summary>
public sealed class Tokenizer
{
    private const int MaxVocabulary = 1 << 24;

    private readonly AddedTokenMatcher _raw;
    private readonly AddedTokenMatcher _normalized;
    private readonly PieceSplitter _splitter;
    private readonly BpeModel _model;
    private readonly Dictionary<string, int> _ids;
    private readonly Dictionary<string, int> _addedIds;
    private readonly string?[] _tokens;
    private readonly TokenBytes _bytes;
    private readonly bool[] _special;

    /// <exception cref="UserErrorException">The definition contradicts itself or cannot spell every text. The message starts with
    /// <paramref name="source"/>.</exception>
    public Tokenizer(TokenizerDefinition definition, string source = "tokenizer")
    {
        Definition = definition;
        _ids = new Dictionary<string, int>(definition.Vocabulary, StringComparer.Ordinal);
        _addedIds = IndexAdded(definition.AddedTokens, source);
        VocabSize = definition.Vocabulary.Values.Concat(_addedIds.Values).DefaultIfEmpty(-1).Max() + 1;
        if (VocabSize > MaxVocabulary)
        {
            throw new UserErrorException($"{source}: the highest token id is {VocabSize - 1}; at most {MaxVocabulary} ids are supported");
        }

        if (definition.AddedTokens.FirstOrDefault(t => _ids.TryGetValue(t.Content, out var id) && id != t.Id) is { } contradicted)
        {
            throw new UserErrorException(
                $"{source}: added token '{contradicted.Content}' has id {contradicted.Id}; "
                    + $"model.vocab gives it {_ids[contradicted.Content]}"
            );
        }

        _tokens = new string?[VocabSize];
        _special = new bool[VocabSize];
        foreach (var added in definition.AddedTokens)
        {
            Place(added.Content, added.Id, source);
            _special[added.Id] = added.Special;
        }

        foreach (var (token, id) in _ids)
        {
            Place(token, id, source);
        }

        _bytes = new TokenBytes(definition, VocabSize, source);
        _model = new BpeModel(definition, _ids, source);
        _splitter = new PieceSplitter(definition.Pieces);
        _raw = new AddedTokenMatcher(definition.AddedTokens.Where(t => !t.Normalized).Select(t => (t.Content, t)));
        _normalized = new AddedTokenMatcher(definition.AddedTokens.Where(t => t.Normalized).Select(t => (Normalize(t.Content), t)));
    }

    /// <summary>Highest id plus one. A model's embedding has at least this many rows.</summary>
    public int VocabSize { get; }

    /// <summary>The definition this tokenizer was built from.</summary>
    public TokenizerDefinition Definition { get; }

    /// <summary>Reads a Hugging Face <c>tokenizer.json</c>.</summary>
    /// <exception cref="UserErrorException">The file is missing, damaged, or asks for something that is not supported.</exception>
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
        foreach (var (start, end, token) in _raw.Parts(text))
        {
            if (token is not null)
            {
                ids.Add(token.Id);
            }
            else
            {
                EncodeBetween(Normalize(text[start..end]), startsText: start == 0, ids);
            }
        }

        return [.. ids];
    }

    /// <summary>Decodes ids to text. Bytes that are not valid UTF-8, such as part of a character, become U+FFFD.</summary>
    /// <param name="skipSpecial">Whether to skip special tokens.</param>
    /// <exception cref="ArgumentOutOfRangeException">An id is negative. Unassigned ids, such as spare rows of an embedding, are
    /// skipped.</exception>
    public string Decode(ReadOnlySpan<int> ids, bool skipSpecial = false) => _bytes.Decode(ids, skipSpecial ? _special : null);

    /// <summary>Number of bytes at the start of the tokens' own text that <see cref="Decode"/> leaves out: the prefix space of some
    /// tokenizers.</summary>
    public int BytesCut(ReadOnlySpan<int> ids, bool skipSpecial = false) => _bytes.Cut(ids, skipSpecial ? _special : null);

    /// <summary>UTF-8 bytes of one token, which may be part of a character; empty for an unassigned id.</summary>
    public ReadOnlySpan<byte> TokenBytes(int id) => _bytes.Of(id);

    /// <summary>Whether <paramref name="id"/> is a special token.</summary>
    public bool IsSpecial(int id) => id < VocabSize && _special[id];

    /// <summary>Id of an added token by its text, or of a vocabulary entry by its spelling there; null when there is none.</summary>
    public int? TokenId(string token) => _addedIds.TryGetValue(token, out var id) || _ids.TryGetValue(token, out id) ? id : null;

    /// <summary>The token as <c>tokenizer.json</c> spells it; null for an unassigned id.</summary>
    public string? TokenToString(int id) => id >= 0 && id < VocabSize ? _tokens[id] : null;

    private string Normalize(string text) => Definition.Normalizers.Aggregate(text, (changed, step) => step.Apply(changed));

    private void EncodeBetween(string text, bool startsText, List<int> ids)
    {
        foreach (var (start, end, token) in _normalized.Parts(text))
        {
            if (token is not null)
            {
                ids.Add(token.Id);
                continue;
            }

            foreach (var piece in _splitter.Split(text.AsMemory(start, end - start), startsText && start == 0))
            {
                _model.Encode(piece.Span, ids);
            }
        }
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
}
