namespace SkillFactory.Tokenization.Templates;

internal delegate object? TemplateFunction(TemplateArguments arguments);

/// <summary>The arguments of a call, filter or test.</summary>
/// <param name="What">What is called, for error messages, such as "the filter 'join'".</param>
internal sealed record TemplateArguments(
    string What,
    IReadOnlyList<object?> Positional,
    IReadOnlyDictionary<string, object?> Named,
    int Line
)
{
    /// <summary>The values of parameters by name; <see cref="TemplateValue.Undefined"/> for those that are not given.</summary>
    /// <exception cref="TemplateException">There are more arguments, or one with another name.</exception>
    public object?[] Bind(params ReadOnlySpan<string> parameters)
    {
        if (Positional.Count > parameters.Length)
        {
            throw new TemplateException(
                Line,
                $"{What} is not supported with {Positional.Count} argument(s); it takes at most {parameters.Length}"
            );
        }

        var values = new object?[parameters.Length];
        var used = 0;
        for (var i = 0; i < parameters.Length; i++)
        {
            var named = Named.TryGetValue(parameters[i], out var value);
            used += named ? 1 : 0;
            values[i] =
                i < Positional.Count ? Positional[i]
                : named ? value
                : TemplateValue.Undefined;
        }

        return used == Named.Count
            ? values
            : throw new TemplateException(Line, $"{What} is not supported with the argument '{Unknown(parameters)}'");
    }

    /// <summary>The arguments after the first <paramref name="count"/> positional ones.</summary>
    public TemplateArguments After(int count, string what) => this with { What = what, Positional = [.. Positional.Skip(count)] };

    public string Text(object? value, string name, string otherwise) =>
        value == TemplateValue.Undefined ? otherwise : value as string ?? throw Wrong(name, value, "a string");

    public long Whole(object? value, string name, long otherwise) =>
        value == TemplateValue.Undefined ? otherwise
        : TemplateNumber.Of(value) is { IsWhole: true } number ? number.Whole
        : throw Wrong(name, value, "a whole number");

    public static bool Flag(object? value, bool otherwise = false) =>
        value == TemplateValue.Undefined ? otherwise : TemplateValue.IsTrue(value);

    public TemplateException Wrong(string name, object? found, string expected) =>
        new(Line, $"{What}: {name} is {TemplateValue.NameOf(found)}; expected {expected}");

    private string Unknown(ReadOnlySpan<string> parameters)
    {
        foreach (var name in Named.Keys)
        {
            if (!parameters.Contains(name))
            {
                return name;
            }
        }

        return "";
    }
}
