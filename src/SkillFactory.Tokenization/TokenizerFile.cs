using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Tokenization;

/// <summary>Reads and writes Hugging Face's <c>tokenizer.json</c>. Unsupported features are errors and never ignored.</summary>
public static class TokenizerFile
{
    /// <summary>GPT-2's split pattern, which a "ByteLevel" step with <c>use_regex</c> uses.</summary>
    internal const string Gpt2Pattern = @"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+";

    private static readonly JsonWriterOptions Writing = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="source">Name for error messages.</param>
    /// <exception cref="UserErrorException">The file is not JSON, is incomplete, or needs something other than byte-level BPE.</exception>
    public static TokenizerDefinition Read(Stream stream, string source)
    {
        try
        {
            using var document = JsonDocument.Parse(stream);
            return Read(document.RootElement, source);
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

    public static void Write(TokenizerDefinition definition, Stream stream)
    {
        using var json = new Utf8JsonWriter(stream, Writing);
        json.WriteStartObject();
        json.WriteString("version", "1.0");
        json.WriteNull("truncation");
        json.WriteNull("padding");
        WriteAddedTokens(json, definition.AddedTokens);
        if (definition.Compose)
        {
            json.WriteStartObject("normalizer");
            json.WriteString("type", "NFC");
            json.WriteEndObject();
        }
        else
        {
            json.WriteNull("normalizer");
        }

        WritePreTokenizer(json, definition.SplitPatterns);
        json.WriteNull("post_processor");
        WriteByteLevel(json, "decoder");
        WriteModel(json, definition);
        json.WriteEndObject();
    }

    private static TokenizerDefinition Read(JsonElement root, string source)
    {
        var model = root.GetProperty("model");
        Require(model, "type", "BPE", "model.type", source, isOptional: true);
        RefuseUnless(!IsTrue(model, "byte_fallback"), "model.byte_fallback", source);
        RefuseUnless(IsEmpty(model, "dropout"), "model.dropout", source);
        RefuseUnless(IsEmpty(model, "continuing_subword_prefix"), "model.continuing_subword_prefix", source);
        RefuseUnless(IsEmpty(model, "end_of_word_suffix"), "model.end_of_word_suffix", source);
        var patterns = new List<string>();
        var byteLevel = root.TryGetProperty("pre_tokenizer", out var preTokenizer) && ReadPreTokenizer(preTokenizer, patterns, source);
        if (!byteLevel)
        {
            throw new UserErrorException($"{source}: pre_tokenizer has no 'ByteLevel' step; only byte-level BPE is supported");
        }

        return new TokenizerDefinition
        {
            Vocabulary = ReadVocabulary(model.GetProperty("vocab")),
            Merges = [.. model.GetProperty("merges").EnumerateArray().Select((m, i) => ReadMerge(m, i, source))],
            AddedTokens = Present(root, "added_tokens", out var added)
                ? [.. added.EnumerateArray().Select(t => ReadAddedToken(t, source))]
                : [],
            SplitPatterns = patterns,
            IgnoreMerges = IsTrue(model, "ignore_merges"),
            Compose = ReadNormalizer(root, source),
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

    private static AddedToken ReadAddedToken(JsonElement token, string source)
    {
        var content = token.GetProperty("content").GetString()!;
        foreach (var flag in (string[])["lstrip", "rstrip", "single_word"])
        {
            RefuseUnless(!IsTrue(token, flag), $"'{flag}' of added token '{content}'", source);
        }

        return new AddedToken(token.GetProperty("id").GetInt32(), content, IsTrue(token, "special"), IsTrue(token, "normalized"));
    }

    private static bool ReadNormalizer(JsonElement root, string source)
    {
        if (!Present(root, "normalizer", out var normalizer))
        {
            return false;
        }

        var type = normalizer.GetProperty("type").GetString();
        var steps =
            type == "Sequence"
                ? normalizer.GetProperty("normalizers").EnumerateArray().Select(n => n.GetProperty("type").GetString())
                : [type];
        var composes = false;
        foreach (var step in steps)
        {
            RefuseUnless(step == "NFC", $"normalizer '{step}'", source);
            composes = true;
        }

        return composes;
    }

    /// <summary>Adds the patterns of a step. Returns whether the step, or a part of it, is the byte-level step.</summary>
    private static bool ReadPreTokenizer(JsonElement step, List<string> patterns, string source)
    {
        if (step.ValueKind == JsonValueKind.Null)
        {
            return false;
        }

        switch (step.GetProperty("type").GetString())
        {
            case "Sequence":
                var byteLevel = false;
                foreach (var part in step.GetProperty("pretokenizers").EnumerateArray())
                {
                    RefuseUnless(!byteLevel, "a pre_tokenizer step after 'ByteLevel'", source);
                    byteLevel |= ReadPreTokenizer(part, patterns, source);
                }

                return byteLevel;
            case "ByteLevel":
                RefuseUnless(!IsTrue(step, "add_prefix_space"), "pre_tokenizer 'ByteLevel' with add_prefix_space", source);
                if (!step.TryGetProperty("use_regex", out var useRegex) || useRegex.ValueKind == JsonValueKind.True)
                {
                    patterns.Add(Gpt2Pattern);
                }

                return true;
            case "Digits":
                patterns.Add(IsTrue(step, "individual_digits") ? @"\p{N}" : @"\p{N}+");
                return false;
            case "Split":
                Require(step, "behavior", "Isolated", "pre_tokenizer 'Split' behavior", source);
                RefuseUnless(!IsTrue(step, "invert"), "pre_tokenizer 'Split' with invert", source);
                var pattern = step.GetProperty("pattern");
                patterns.Add(
                    pattern.TryGetProperty("Regex", out var regex)
                        ? regex.GetString()!
                        : Regex.Escape(pattern.GetProperty("String").GetString()!)
                );
                return false;
            case var other:
                throw Unsupported($"pre_tokenizer '{other}'", source);
        }
    }

    private static bool Present(JsonElement element, string name, out JsonElement value) =>
        element.TryGetProperty(name, out value) && value.ValueKind != JsonValueKind.Null;

    private static bool IsTrue(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.True;

    private static bool IsEmpty(JsonElement element, string name) =>
        !Present(element, name, out var value)
        || (value.ValueKind == JsonValueKind.String && value.GetString()!.Length == 0)
        || (value.ValueKind == JsonValueKind.Number && value.GetDouble() == 0);

    private static void Require(JsonElement element, string name, string expected, string what, string source, bool isOptional = false)
    {
        if (!Present(element, name, out var value))
        {
            RefuseUnless(isOptional, $"a missing {what}", source);
        }
        else if (value.GetString() != expected)
        {
            throw Unsupported($"{what} '{value.GetString()}' (only '{expected}' is)", source);
        }
    }

    private static void RefuseUnless(bool supported, string what, string source)
    {
        if (!supported)
        {
            throw Unsupported(what, source);
        }
    }

    private static UserErrorException Unsupported(string what, string source) =>
        new($"{source}: {what} is not supported; expected a byte-level BPE tokenizer such as those of Qwen2 or Llama 3");

    private static void WriteAddedTokens(Utf8JsonWriter json, IReadOnlyList<AddedToken> tokens)
    {
        json.WriteStartArray("added_tokens");
        foreach (var token in tokens.OrderBy(t => t.Id))
        {
            json.WriteStartObject();
            json.WriteNumber("id", token.Id);
            json.WriteString("content", token.Content);
            json.WriteBoolean("single_word", false);
            json.WriteBoolean("lstrip", false);
            json.WriteBoolean("rstrip", false);
            json.WriteBoolean("normalized", token.Normalized);
            json.WriteBoolean("special", token.Special);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WritePreTokenizer(Utf8JsonWriter json, IReadOnlyList<string> patterns)
    {
        json.WriteStartObject("pre_tokenizer");
        json.WriteString("type", "Sequence");
        json.WriteStartArray("pretokenizers");
        foreach (var pattern in patterns)
        {
            json.WriteStartObject();
            json.WriteString("type", "Split");
            json.WriteStartObject("pattern");
            json.WriteString("Regex", pattern);
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
