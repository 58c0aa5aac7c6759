using System.Text.Encodings.Web;
using System.Text.Json;
using SkillFactory.Primitives.Errors;
using SkillFactory.Tokenization.Characters;
using SkillFactory.Tokenization.Files;
using SkillFactory.Tokenization.Normalizing;
using SkillFactory.Tokenization.Splitting;

namespace SkillFactory.Tokenization;

/// <summary>Reads and writes Hugging Face's <c>tokenizer.json</c>. Unsupported features are errors and never ignored.</summary>
public static class TokenizerFile
{
    private static readonly JsonWriterOptions Writing = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="source">Name for error messages.</param>
    /// <exception cref="UserErrorException">The file is not JSON, is incomplete, or needs something that is not supported; the message
    /// names the key.</exception>
    public static TokenizerDefinition Read(Stream stream, string source)
    {
        try
        {
            using var document = JsonDocument.Parse(stream);
            return Read(new FileSection(document.RootElement, source, ""));
        }
        catch (JsonException error)
        {
            throw new UserErrorException($"{source}: not valid JSON: {error.Message}", error);
        }
        catch (Exception error) when (error is InvalidOperationException or KeyNotFoundException or FormatException)
        {
            // A value has the wrong kind, or a key is missing.
            throw new UserErrorException($"{source}: not a tokenizer.json: {error.Message}", error);
        }
    }

    /// <summary>Writes a definition of <see cref="TokenizerTrainer"/>: byte-level, split by regular expressions whose matches are pieces,
    /// with no normalizer but form C.</summary>
    public static void Write(TokenizerDefinition definition, Stream stream)
    {
        using var json = new Utf8JsonWriter(stream, Writing);
        json.WriteStartObject();
        json.WriteString("version", "1.0");
        json.WriteNull("truncation");
        json.WriteNull("padding");
        WriteAddedTokens(json, definition.AddedTokens);
        if (definition.Normalizers is [FormStep { Form: UnicodeForm.C }])
        {
            json.WriteStartObject("normalizer");
            json.WriteString("type", "NFC");
            json.WriteEndObject();
        }
        else if (definition.Normalizers.Count == 0)
        {
            json.WriteNull("normalizer");
        }
        else
        {
            throw new ArgumentException("only normalization form C can be written", nameof(definition));
        }

        WritePreTokenizer(json, definition.Pieces);
        json.WriteNull("post_processor");
        WriteByteLevel(json, "decoder");
        WriteModel(json, definition);
        json.WriteEndObject();
    }

    private static TokenizerDefinition Read(FileSection root)
    {
        var model = new FileSection(root.Json.GetProperty("model"), root.Source, "model");
        var type = model.Member("type")?.Json.GetString() ?? "BPE";
        model.RefuseUnless(type == "BPE", $"model.type '{type}'");
        foreach (var name in (string[])["dropout", "continuing_subword_prefix", "end_of_word_suffix"])
        {
            model.RefuseUnless(model.IsEmpty(name), $"model.{name}");
        }

        var pieces = new List<PieceStep>();
        var byteLevel = root.Member("pre_tokenizer") is { } preTokenizer && PieceSection.Read(preTokenizer, pieces);
        if (!byteLevel && !model.IsTrue("byte_fallback"))
        {
            throw new UserErrorException(
                $"{root.Source}: pre_tokenizer has no 'ByteLevel' step and model.byte_fallback is not true; "
                    + "such a vocabulary cannot spell every text"
            );
        }

        var decoder = root.Member("decoder");
        if (byteLevel && decoder is { } given)
        {
            DecoderSection.RequireByteLevel(given);
        }

        var normalizers = root.Member("normalizer") is { } normalizer ? NormalizerSection.Read(normalizer).ToList() : [];
        if (pieces.OfType<PrefixStep>().Any(p => p.OnlyAtStart) && normalizers.Any(n => n is StripStep or ReplaceStep))
        {
            throw new UserErrorException(
                $"{root.Source}: pre_tokenizer 'Metaspace' with prepend_scheme 'first' is not supported after a normalizer "
                    + "that may remove text"
            );
        }

        return new TokenizerDefinition
        {
            Vocabulary = ReadVocabulary(model.Json.GetProperty("vocab")),
            Merges = [.. model.Json.GetProperty("merges").EnumerateArray().Select((m, i) => ReadMerge(m, i, root.Source))],
            AddedTokens = root.Member("added_tokens") is { } added ? [.. added.Items().Select(ReadAddedToken)] : [],
            Normalizers = normalizers,
            Pieces = pieces,
            IgnoreMerges = model.IsTrue("ignore_merges"),
            ByteFallback = !byteLevel,
            Decoding = byteLevel ? new TokenText([], 0) : DecoderSection.ReadByteFallback(root.Required("decoder")),
        };
    }

    private static Dictionary<string, int> ReadVocabulary(JsonElement vocab)
    {
        var tokens = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var entry in vocab.EnumerateObject())
        {
            tokens[entry.Name] = entry.Value.GetInt32();
        }

        return tokens;
    }

    private static (string Left, string Right) ReadMerge(JsonElement merge, int rank, string source)
    {
        var parts =
            merge.ValueKind == JsonValueKind.String
                ? merge.GetString()!.Split(' ')
                : [.. merge.EnumerateArray().Select(p => p.GetString()!)];
        return parts.Length == 2
            ? (parts[0], parts[1])
            : throw new UserErrorException($"{source}: model.merges[{rank}] is {merge.GetRawText()}; expected \"a b\" or [\"a\", \"b\"]");
    }

    private static AddedToken ReadAddedToken(FileSection token) =>
        new(
            token.Json.GetProperty("id").GetInt32(),
            token.Json.GetProperty("content").GetString()!,
            token.IsTrue("special"),
            token.IsTrue("normalized")
        )
        {
            TakesSpaceBefore = token.IsTrue("lstrip"),
            TakesSpaceAfter = token.IsTrue("rstrip"),
            WholeWord = token.IsTrue("single_word"),
        };

    private static void WriteAddedTokens(Utf8JsonWriter json, IReadOnlyList<AddedToken> tokens)
    {
        json.WriteStartArray("added_tokens");
        foreach (var token in tokens.OrderBy(t => t.Id))
        {
            json.WriteStartObject();
            json.WriteNumber("id", token.Id);
            json.WriteString("content", token.Content);
            json.WriteBoolean("single_word", token.WholeWord);
            json.WriteBoolean("lstrip", token.TakesSpaceBefore);
            json.WriteBoolean("rstrip", token.TakesSpaceAfter);
            json.WriteBoolean("normalized", token.Normalized);
            json.WriteBoolean("special", token.Special);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WritePreTokenizer(Utf8JsonWriter json, IReadOnlyList<PieceStep> pieces)
    {
        json.WriteStartObject("pre_tokenizer");
        json.WriteString("type", "Sequence");
        json.WriteStartArray("pretokenizers");
        foreach (var step in pieces)
        {
            if (step is not SplitStep { Pattern: { IsLiteral: false } pattern, Delimiter: DelimiterUse.Isolated, Invert: false })
            {
                throw new ArgumentException("only splits by regular expressions can be written", nameof(pieces));
            }

            json.WriteStartObject();
            json.WriteString("type", "Split");
            json.WriteStartObject("pattern");
            json.WriteString("Regex", pattern.Source);
            json.WriteEndObject();
            json.WriteString("behavior", "Isolated");
            json.WriteBoolean("invert", false);
            json.WriteEndObject();
        }

        WriteByteLevel(json, null);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteByteLevel(Utf8JsonWriter json, string? name)
    {
        if (name is null)
        {
            json.WriteStartObject();
        }
        else
        {
            json.WriteStartObject(name);
        }

        json.WriteString("type", "ByteLevel");
        json.WriteBoolean("add_prefix_space", false);
        json.WriteBoolean("trim_offsets", false);
        json.WriteBoolean("use_regex", false);
        json.WriteEndObject();
    }

    private static void WriteModel(Utf8JsonWriter json, TokenizerDefinition definition)
    {
        json.WriteStartObject("model");
        json.WriteString("type", "BPE");
        json.WriteNull("dropout");
        json.WriteNull("unk_token");
        json.WriteString("continuing_subword_prefix", "");
        json.WriteString("end_of_word_suffix", "");
        json.WriteBoolean("fuse_unk", false);
        json.WriteBoolean("byte_fallback", false);
        json.WriteBoolean("ignore_merges", definition.IgnoreMerges);
        json.WriteStartObject("vocab");
        foreach (var (token, id) in definition.Vocabulary.OrderBy(t => t.Value))
        {
            json.WriteNumber(token, id);
        }

        json.WriteEndObject();
        json.WriteStartArray("merges");
        foreach (var (left, right) in definition.Merges)
        {
            json.WriteStringValue($"{left} {right}");
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
