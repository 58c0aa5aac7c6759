using System.Collections;

namespace SkillFactory.Tokenization.Templates;

/// <summary>The tests of chat templates ("is …"). Any other one is an error that names it.</summary>
internal static class TemplateTests
{
    public static bool Holds(string name, object? value, TemplateArguments arguments)
    {
        var line = arguments.Line;
        if (
            name
            is "equalto"
                or "eq"
                or "=="
                or "ne"
                or "!="
                or "lt"
                or "<"
                or "lessthan"
                or "le"
                or "<="
                or "gt"
                or ">"
                or "greaterthan"
                or "ge"
                or ">="
                or "in"
                or "divisibleby"
                or "sameas"
        )
        {
            var other = arguments.Bind("other")[0];
            return name switch
            {
                "equalto" or "eq" or "==" => TemplateValue.Equals(value, other),
                "ne" or "!=" => !TemplateValue.Equals(value, other),
                "lt" or "<" or "lessthan" => TemplateValue.Compare(value, other, line) < 0,
                "le" or "<=" => TemplateValue.Compare(value, other, line) <= 0,
                "gt" or ">" or "greaterthan" => TemplateValue.Compare(value, other, line) > 0,
                "ge" or ">=" => TemplateValue.Compare(value, other, line) >= 0,
                "in" => TemplateValue.Contains(other, value, line),
                "sameas" => ReferenceEquals(value, other) || (value is bool or long && Equals(value, other)),
                _ => TemplateValue.Equals(TemplateNumber.Arithmetic("%", value, other, line), 0L),
            };
        }

        arguments.Bind();
        return name switch
        {
            "defined" => value != TemplateValue.Undefined,
            "undefined" => value == TemplateValue.Undefined,
            "none" => value is null,
            "string" => value is string,
            "number" => value is long or double or bool,
            "integer" => value is long,
            "float" => value is double,
            "boolean" => value is bool,
            "true" => value is true,
            "false" => value is false,
            "mapping" => value is IDictionary<string, object?>,
            "iterable" => value is string or ICollection || value == TemplateValue.Undefined,
            "sequence" => value is string or ICollection || value == TemplateValue.Undefined,
            "callable" => value is TemplateFunction || value == TemplateValue.Undefined,
            "odd" => TemplateValue.Equals(TemplateNumber.Arithmetic("%", value, 2L, line), 1L),
            "even" => TemplateValue.Equals(TemplateNumber.Arithmetic("%", value, 2L, line), 0L),
            "lower" => PythonText.IsLower(TemplateValue.Text(value, line)),
            "upper" => PythonText.IsUpper(TemplateValue.Text(value, line)),
            _ => throw new TemplateException(line, $"the test 'is {name}' is not supported"),
        };
    }
}
