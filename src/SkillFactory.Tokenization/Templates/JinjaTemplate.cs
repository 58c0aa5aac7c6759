using System.Text;
using System.Text.RegularExpressions;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Tokenization.Templates;

/// <summary>
/// The subset of Jinja that chat templates use: the statements if, for, break, continue, set, macro, raw and generation; expressions with
/// members, slices, calls, filters and tests; and Hugging Face's whitespace settings (trim_blocks, lstrip_blocks). Anything else, such as
/// call, filter, with, include and extends, is an error that names it.
/// </summary>
internal sealed partial class JinjaTemplate
{
    private readonly IReadOnlyList<TemplateStatement> _body;
    private readonly string _source;
    private readonly string _text;

    /// <param name="source">File name for error messages.</param>
    /// <exception cref="UserErrorException">The template is malformed or uses an unsupported statement.</exception>
    public JinjaTemplate(string text, string source)
    {
        (_source, _text) = (source, text);
        try
        {
            _body = TemplateParser.Parse(text);
        }
        catch (TemplateException error)
        {
            throw ToUserError(error);
        }
    }

    /// <summary>The names that the template mentions, its variables among them.</summary>
    public IReadOnlySet<string> Names() => NamePattern().Matches(_text).Select(m => m.Value).ToHashSet(StringComparer.Ordinal);

    /// <exception cref="UserErrorException">The template rejects these messages, or reaches an unsupported feature.</exception>
    public string Render(IReadOnlyDictionary<string, object?> variables)
    {
        var output = new StringBuilder();
        try
        {
            var globals = new TemplateScope(null, TemplateGlobals.All());
            TemplateStatement.RenderAll(
                _body,
                new TemplateScope(globals, new Dictionary<string, object?>(variables, StringComparer.Ordinal)),
                output
            );
        }
        catch (TemplateException error)
        {
            throw ToUserError(error);
        }

        return output.ToString();
    }

    [GeneratedRegex(@"[A-Za-z_]\w*")]
    private static partial Regex NamePattern();

    private UserErrorException ToUserError(TemplateException error) =>
        new($"{_source}: chat template, line {error.Line}: {error.Message}", error);
}
