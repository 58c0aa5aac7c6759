using System.Reflection;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Core.YamlBinding;

/// <summary>Text from a list of known words.</summary>
/// <param name="owner">The type that has the list.</param>
/// <param name="list">Name of its static property, an <see cref="IReadOnlyList{T}"/> of text.</param>
public sealed class OneOfAttribute(Type owner, string list) : BoundAttribute
{
    public IReadOnlyList<string> Words =>
        owner.GetProperty(list, BindingFlags.Public | BindingFlags.Static)?.GetValue(null) as IReadOnlyList<string>
        ?? throw new InvalidOperationException($"{owner} has no static list of text '{list}'");

    public override string Allowed => $"one of {string.Join(", ", Words)}";

    public override bool Allows(object value) => Words.Contains((string)value);

    public override string Expected(string kind) => Allowed;

    public override string Hint(object value) => NearestName.Of((string)value, Words) is { } near ? $"; did you mean '{near}'?" : "";
}
