using SkillFactory.Core.YamlBinding;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Core.Recipes.Rules;

/// <summary>The file and the lines of a recipe's keys, for errors that are found after it was read.</summary>
public sealed class RecipePlaces
{
    private readonly YamlSource? _source;
    private readonly IReadOnlyList<string> _overrides;

    /// <param name="source">The document without merged overrides of arms; null if the recipe is from no file.</param>
    /// <param name="overrides">Values that the command line replaced.</param>
    internal RecipePlaces(YamlSource? source, IReadOnlyList<string> overrides) => (_source, _overrides) = (source, overrides);

    /// <summary>Of a recipe from no file. Errors name only the key.</summary>
    public static RecipePlaces None { get; } = new(null, []);

    /// <summary>An error at a key: "recipe.yaml:12: sft.maxLength: …".</summary>
    public UserErrorException Error(string keyPath, string problem)
    {
        var message = _source?.Error(keyPath, problem).Message ?? $"{keyPath}: {problem}";
        return new UserErrorException(_overrides.Count == 0 ? message : $"with {string.Join(" and ", _overrides)}: {message}");
    }

    /// <summary>The path of a key that a round uses: where the round, the arm or the recipe sets it; without any of them, where its section
    /// is.</summary>
    /// <param name="arm">Index of the arm.</param>
    public string KeyOf(int arm, ArmRound round, string section, string key)
    {
        var known = _source is null
            ? null
            : RuleChecks.SectionPaths($"arms[{arm}]", round, section).Select(path => $"{path}.{key}").FirstOrDefault(_source.Has);
        return known ?? $"{_source?.SectionPath($"arms[{arm}]", round, section) ?? section}.{key}";
    }
}
