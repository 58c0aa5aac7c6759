using SkillFactory.Core.YamlBinding;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Core.Recipes.Rules;

/// <summary>Checks that several rules share.</summary>
internal static class RuleChecks
{
    public static void Require(this YamlSource source, string path, bool holds, object found, string expected)
    {
        if (!holds)
        {
            throw source.Error(path, FormattableString.Invariant($"found {found}; expected {expected}"));
        }
    }

    public static void RequireOneOf(this YamlSource source, string path, string value, IReadOnlyList<string> known)
    {
        var near = known.Contains(value) ? null : NearestName.Of(value, known);
        var hint = near is null ? "" : $"; did you mean '{near}'?";
        source.Require(path, known.Contains(value), $"'{value}'", $"one of {string.Join(", ", known)}{hint}");
    }

    /// <param name="pathOf">The path of an item by its index.</param>
    public static void RequireDistinct(this YamlSource source, IEnumerable<string> items, Func<int, string> pathOf)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (i, item) in items.Index())
        {
            if (!seen.Add(item))
            {
                throw source.Error(pathOf(i), $"'{item}' is given twice");
            }
        }
    }

    /// <summary>The path of the section that a round uses: the round's own, the arm's or the recipe's.</summary>
    public static string SectionPath(this YamlSource source, string arm, ArmRound round, string section) =>
        SectionPaths(arm, round, section).FirstOrDefault(source.Has) ?? section;

    /// <summary>Where a section that a round uses may be, the nearest first.</summary>
    public static IEnumerable<string> SectionPaths(string arm, ArmRound round, string section) =>
        [$"{arm}.rounds[{round.Number - 1}].{section}", $"{arm}.set.{section}", section];
}
