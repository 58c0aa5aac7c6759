using SkillFactory.Core.Errors;

namespace SkillFactory.Core.Recipes;

/// <summary>An arm writes only what it changes (<c>set: { grpo: { steps: 40 } }</c>); here that becomes whole sections, by laying
/// its keys over the recipe's own section.</summary>
internal static class RecipeOverrides
{
    /// <summary>The keys of <see cref="ArmOverrides"/> and the stages that read each section.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyList<string>> Sections { get; } = new Dictionary<string, IReadOnlyList<string>>
    {
        ["train"] = [StageNames.Sample, StageNames.Grpo],
        ["sampling"] = [StageNames.Sample],
        ["reflection"] = [StageNames.Reflect],
        ["traces"] = [StageNames.Traces],
        ["sft"] = [StageNames.Sft],
        ["grpo"] = [StageNames.Grpo],
    };

    public static YamlSource Merge(YamlSource source)
    {
        if (source.Root.Find("arms")?.Value is not YamlList arms)
        {
            return source;
        }

        var items = arms.Items.Select((arm, i) => arm is YamlMap map && map.Find("set")?.Value is YamlMap set
            ? map.With("set", Merge(source, set, $"arms[{i}].set"))
            : arm);
        return source.WithRoot(source.Root.With("arms", arms with { Items = [.. items] }));
    }

    private static YamlMap Merge(YamlSource source, YamlMap set, string path)
    {
        foreach (var entry in set.Entries)
        {
            if (!Sections.ContainsKey(entry.Key))
            {
                throw source.Error(entry.Line, $"{path}.{entry.Key}", $"unknown key '{entry.Key}'{NearestName.Hint(entry.Key, [.. Sections.Keys])}");
            }

            if (entry.Value is YamlScalar { IsNull: true } or YamlMap { Entries.Count: 0 })
            {
                throw source.Error(entry.Line, $"{path}.{entry.Key}", "nothing is set here; give the keys to change or remove it");
            }

            if (entry.Value is YamlMap over && source.Root.Find(entry.Key)?.Value is YamlMap section)
            {
                set = set.With(entry.Key, section.Overlay(over));
            }
        }

        return set;
    }
}
