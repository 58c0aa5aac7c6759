using System.Globalization;
using System.Text.Json;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Tokenization.Templates;

/// <summary>
/// Renders conversations as the model expects them: the <c>chat_template</c> of a Hugging Face folder. A prompt is the rendered messages
/// up to the start of the assistant's turn. A response ends with the token of <see cref="EndTokenId"/>.
/// </summary>
public sealed class ChatTemplate
{
    /// <summary>The file in which newer model folders keep the template.</summary>
    public const string FileName = "chat_template.jinja";

    // Plain letters, because a template may trim or split the assistant's text.
    private const string Probe = "assistantprobe";

    /// <summary>The variables that are set for every conversation.</summary>
    private static readonly string[] OwnVariables = ["messages", "add_generation_prompt", "tools", "documents", "bos_token", "eos_token"];

    private readonly JinjaTemplate _template;
    private readonly Dictionary<string, object?> _tokens;
    private readonly IReadOnlyDictionary<string, object?> _arguments;
    private readonly string _source;
    private readonly string? _eosToken;
    private string? _afterAssistant;

    /// <param name="template">Jinja source.</param>
    /// <param name="bosToken">Value of the template's <c>bos_token</c>.</param>
    /// <param name="eosToken">Value of the template's <c>eos_token</c>.</param>
    /// <param name="source">File name for error messages.</param>
    /// <exception cref="UserErrorException">The template is malformed or uses an unsupported statement.</exception>
    public ChatTemplate(string template, string? bosToken = null, string? eosToken = null, string source = "chat_template")
    {
        (_source, _eosToken) = (source, eosToken);
        _template = new JinjaTemplate(template, source);
        _arguments = new Dictionary<string, object?>();

        // A token that the model lacks is undefined, as in transformers.
        _tokens = new Dictionary<string, object?>(StringComparer.Ordinal);
        foreach (var (name, token) in ((string, string?)[])[("bos_token", bosToken), ("eos_token", eosToken)])
        {
            if (!string.IsNullOrEmpty(token))
            {
                _tokens[name] = token;
            }
        }
    }

    private ChatTemplate(ChatTemplate from, IReadOnlyDictionary<string, object?> arguments)
    {
        (_source, _eosToken, _template, _tokens) = (from._source, from._eosToken, from._template, from._tokens);
        _arguments = arguments;
    }

    /// <summary>The template with values of its own variables, such as <c>enable_thinking</c>.</summary>
    /// <param name="arguments">By name. "true", "false" and whole numbers are passed as such, other values as text.</param>
    /// <exception cref="UserErrorException">The template has no such variable, or the caller may not set it.</exception>
    public ChatTemplate With(IReadOnlyDictionary<string, string> arguments)
    {
        var set = OwnVariables;
        var names = _template.Names().Except(set).ToList();
        foreach (var name in arguments.Keys)
        {
            if (set.Contains(name))
            {
                throw new UserErrorException($"{_source}: '{name}' is set for every conversation; it cannot be given");
            }

            if (!names.Contains(name))
            {
                var hint = NearestName.Of(name, names) is { } near ? $"; did you mean '{near}'?" : "";
                throw new UserErrorException($"{_source}: the chat template has no variable '{name}'{hint}");
            }
        }

        return arguments.Count == 0 ? this : new ChatTemplate(this, arguments.ToDictionary(a => a.Key, a => ValueOf(a.Value)));
    }

    /// <summary>
    /// The token that ends an assistant's turn: the first special token after the assistant's text in a rendered conversation
    /// (<c>&lt;|im_end|&gt;</c>, <c>&lt;|eot_id|&gt;</c>), otherwise the configured eos token.
    /// </summary>
    /// <exception cref="UserErrorException">The template writes no special token there and no eos token is configured.</exception>
    public int EndTokenId(Tokenizer tokenizer)
    {
        _afterAssistant ??= RenderAfterAssistant();
        var after = tokenizer.Encode(_afterAssistant);
        if (after.Length > 0 && tokenizer.IsSpecial(after[0]))
        {
            return after[0];
        }

        return _eosToken is not null && tokenizer.TokenId(_eosToken) is { } eos
            ? eos
            : throw new UserErrorException(
                $"{_source}: cannot tell what ends an assistant's turn: the template writes no special token there, and eos_token "
                    + (_eosToken is null ? "is not set" : $"'{_eosToken}' is not in the vocabulary")
            );
    }

    /// <summary>Reads the template from <c>tokenizer_config.json</c>, or from <c>chat_template.jinja</c> in the same folder, which takes
    /// precedence.</summary>
    /// <exception cref="UserErrorException">The file is missing or damaged, or there is no template.</exception>
    public static ChatTemplate Load(string tokenizerConfigPath)
    {
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(tokenizerConfigPath));
            var root = document.RootElement;
            var beside = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(tokenizerConfigPath))!, FileName);
            var (text, source) = File.Exists(beside) ? (File.ReadAllText(beside), beside) : (TemplateIn(root), tokenizerConfigPath);
            return text is null
                ? throw new UserErrorException(
                    $"{tokenizerConfigPath}: has no chat_template, and there is no chat_template.jinja beside it; "
                        + "use an instruction-tuned model, or add one"
                )
                : new ChatTemplate(text, TokenIn(root, "bos_token"), TokenIn(root, "eos_token"), source);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException($"{tokenizerConfigPath}: cannot be read: {error.Message}", error);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            throw new UserErrorException($"{tokenizerConfigPath}: not a tokenizer_config.json: {error.Message}", error);
        }
    }

    /// <summary>Renders a conversation of one question.</summary>
    /// <param name="system">System message; null for the template's default, if it has one.</param>
    /// <param name="addGenerationPrompt">Whether the text includes the start of the assistant's turn.</param>
    public string Render(string? system, string user, bool addGenerationPrompt) => Render(Messages(system, user), addGenerationPrompt);

    /// <summary>Renders a conversation of one question up to the assistant's response.</summary>
    /// <returns>The text, and where in it the generation prompt begins: what the template writes only for a response to follow, such as
    /// <c>&lt;|im_start|&gt;assistant\n</c>. At the end when the template makes no difference.</returns>
    public (string Text, int GenerationStart) RenderPrompt(string? system, string user)
    {
        var prompt = Render(system, user, addGenerationPrompt: true);
        var common = prompt.AsSpan().CommonPrefixLength(Render(system, user, addGenerationPrompt: false));

        // Other text may follow here without the generation prompt and begin with a tag too.
        var tag = prompt.AsSpan(0, common).LastIndexOf('<');
        return (prompt, common < prompt.Length && tag >= 0 && !prompt.AsSpan(tag, common - tag).Contains('>') ? tag : common);
    }

    private string Render(List<object?> messages, bool addGenerationPrompt) => _template.Render(Variables(messages, addGenerationPrompt));

    private Dictionary<string, object?> Variables(List<object?> messages, bool addGenerationPrompt) =>
        new(_tokens.Concat(_arguments), StringComparer.Ordinal)
        {
            ["messages"] = messages,
            ["add_generation_prompt"] = addGenerationPrompt,
            ["tools"] = null,
            ["documents"] = null,
        };

    private static object? ValueOf(string text) =>
        text switch
        {
            "true" => true,
            "false" => false,
            _ => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : text,
        };

    private string RenderAfterAssistant()
    {
        var messages = Messages(null, "hello");
        messages.Add(Message("assistant", Probe));
        var text = Render(messages, addGenerationPrompt: false);
        var at = text.LastIndexOf(Probe, StringComparison.Ordinal);
        return at < 0 ? "" : text[(at + Probe.Length)..];
    }

    private static List<object?> Messages(string? system, string user) =>
        system is null ? [Message("user", user)] : [Message("system", system), Message("user", user)];

    private static Dictionary<string, object?> Message(string role, string content) =>
        new(StringComparer.Ordinal) { ["role"] = role, ["content"] = content };

    private static string? TemplateIn(JsonElement root)
    {
        if (!root.TryGetProperty("chat_template", out var template) || template.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        return template.ValueKind == JsonValueKind.String ? template.GetString()
            : template.EnumerateArray().FirstOrDefault(t => t.GetProperty("name").GetString() == "default")
                is { ValueKind: JsonValueKind.Object } chosen
                ? chosen.GetProperty("template").GetString()
            : null;
    }

    private static string? TokenIn(JsonElement root, string name) =>
        root.TryGetProperty(name, out var token)
            ? token.ValueKind switch
            {
                JsonValueKind.Null => null,
                JsonValueKind.Object => token.GetProperty("content").GetString(),
                _ => token.GetString(),
            }
            : null;
}
