using System.Text;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Tokenization.Templates;

/// <summary>
/// The part of Jinja that chat templates are written in: if, for, set, generation; expressions with members, slices, calls, filters and
/// tests; whitespace control as Hugging Face sets it (trim_blocks, lstrip_blocks). Macros, includes and inheritance are refused.
/// </summary>
internal sealed class JinjaTemplate
{
    private readonly IReadOnlyList<TemplateStatement> _body;
    private readonly string _source;

    /// <param name="source">Name of the file in error messages.</param>
    /// <exception cref="UserErrorException">The template is malformed or uses an unsupported statement.</exception>
    public JinjaTemplate(string text, string source)
    {
        _source = source;
        try
        {
            _body = TemplateParser.Parse(text);
        }
        catch (TemplateException error)
        {
            throw ForPeople(error);
        }
    }

    /// <exception cref="UserErrorException">The template refuses these messages, or reaches something unsupported.</exception>
    public string Render(IReadOnlyDictionary<string, object?> variables)
    {
        var output = new StringBuilder();
        try
        {
            var globals = new TemplateScope(null, TemplateBuiltins.Globals());
            TemplateStatement.RenderAll(
                _body,
                new TemplateScope(globals, new Dictionary<string, object?>(variables, StringComparer.Ordinal)),
                output
            );
        }
        catch (TemplateException error)
        {
            throw ForPeople(error);
        }

        return output.ToString();
    }

    private UserErrorException ForPeople(TemplateException error) =>
        new($"{_source}: chat template, line {error.Line}: {error.Message}", error);
}
