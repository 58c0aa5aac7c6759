using System.Text.RegularExpressions;

namespace SkillFactory.Core.YamlBinding;

/// <summary>Text of a pattern.</summary>
/// <param name="pattern">A regular expression for the whole text.</param>
/// <param name="allowed">The same in words.</param>
public sealed class MatchesAttribute(string pattern, string allowed) : BoundAttribute
{
    public override string Allowed => allowed;

    public override bool Allows(object value) => Regex.IsMatch((string)value, $"^(?:{pattern})\\z", RegexOptions.CultureInvariant);

    public override string Expected(string kind) => Allowed;
}
