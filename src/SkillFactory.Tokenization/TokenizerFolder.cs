using System.Text.Encodings.Web;
using System.Text.Json;
using SkillFactory.Primitives.Errors;
using SkillFactory.Primitives.Files;
using SkillFactory.Tokenization.Templates;

namespace SkillFactory.Tokenization;

/// <summary>The tokenizer files of a model folder.</summary>
public static class TokenizerFolder
{
    public const string TokenizerFileName = "tokenizer.json";
    public const string ConfigFileName = "tokenizer_config.json";

    private static readonly JsonWriterOptions Writing = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <exception cref="UserErrorException">A file is missing or damaged, or needs an unsupported feature.</exception>
    public static (Tokenizer Tokenizer, ChatTemplate Template) Load(string folder) =>
        (Tokenizer.Load(Path.Combine(folder, TokenizerFileName)), ChatTemplate.Load(Path.Combine(folder, ConfigFileName)));

    /// <summary>Describes the first token that the configuration lists under an id that the tokenizer gives to another token or to none;
    /// null when they agree. A tokenizer that lacks the model's tags or turn marks would split them into pieces unknown to the
    /// model.</summary>
    public static string? FindContradiction(string folder, Tokenizer tokenizer)
    {
        var path = Path.Combine(folder, ConfigFileName);
        using var document = JsonDocument.Parse(File.ReadAllBytes(path));
        if (!document.RootElement.TryGetProperty("added_tokens_decoder", out var listed) || listed.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        foreach (var token in listed.EnumerateObject())
        {
            var content =
                token.Value.ValueKind == JsonValueKind.Object && token.Value.TryGetProperty("content", out var text) ? text.ToString() : "";
            var found = int.TryParse(token.Name, out var id) ? tokenizer.TokenToString(id) : null;
            if (found != content)
            {
                return $"{path}: added_tokens_decoder lists token {token.Name} as '{content}', {TokenizerFileName} has "
                    + (found is null ? "none with this id" : $"'{found}' there")
                    + "; they belong to different models";
            }
        }

        return null;
    }

    /// <summary>Writes both files for a ChatML model (<see cref="ChatMarkup"/>).</summary>
    public static async Task WriteAsync(string folder, TokenizerDefinition definition, CancellationToken cancellationToken = default)
    {
        await AtomicFile.WriteAsync(
            Path.Combine(folder, TokenizerFileName),
            file => WriteAsync(file, s => TokenizerFile.Write(definition, s), cancellationToken),
            cancellationToken
        );
        await AtomicFile.WriteAsync(
            Path.Combine(folder, ConfigFileName),
            file => WriteAsync(file, s => WriteConfig(definition, s), cancellationToken),
            cancellationToken
        );
    }

    /// <summary>Copies the tokenizer files of one model folder to another unchanged.</summary>
    public static async Task CopyAsync(string from, string to, CancellationToken cancellationToken = default)
    {
        foreach (var name in (string[])[TokenizerFileName, ConfigFileName, ChatTemplate.FileName])
        {
            var source = Path.Combine(from, name);
            if (File.Exists(source))
            {
                await using var original = File.OpenRead(source);
                await AtomicFile.WriteAsync(
                    Path.Combine(to, name),
                    file => original.CopyToAsync(file, cancellationToken),
                    cancellationToken
                );
            }
        }
    }

    private static async Task WriteAsync(Stream file, Action<Stream> write, CancellationToken cancellationToken)
    {
        using var content = new MemoryStream();
        write(content);
        await file.WriteAsync(content.GetBuffer().AsMemory(0, (int)content.Length), cancellationToken);
    }

    private static void WriteConfig(TokenizerDefinition definition, Stream stream)
    {
        using var json = new Utf8JsonWriter(stream, Writing);
        json.WriteStartObject();
        json.WriteBoolean("add_bos_token", false);
        json.WriteBoolean("add_prefix_space", false);
        json.WriteStartObject("added_tokens_decoder");
        foreach (var token in definition.AddedTokens.OrderBy(t => t.Id))
        {
            json.WriteStartObject($"{token.Id}");
            json.WriteString("content", token.Content);
            json.WriteBoolean("lstrip", token.TakesSpaceBefore);
            json.WriteBoolean("normalized", token.Normalized);
            json.WriteBoolean("rstrip", token.TakesSpaceAfter);
            json.WriteBoolean("single_word", token.WholeWord);
            json.WriteBoolean("special", token.Special);
            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.WriteNull("bos_token");
        json.WriteString("chat_template", ChatMarkup.Template);
        json.WriteBoolean("clean_up_tokenization_spaces", false);
        json.WriteString("eos_token", ChatMarkup.TurnEnd);
        json.WriteString("pad_token", ChatMarkup.EndOfText);
        json.WriteString("tokenizer_class", "PreTrainedTokenizerFast");
        json.WriteEndObject();
    }
}
