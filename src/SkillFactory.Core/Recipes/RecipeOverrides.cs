using SkillFactory.Core.YamlBinding;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Core.Recipes;

/// <summary>Completes the sections of overrides: an arm writes only the keys that it changes (<c>set: { grpo: { steps: 40 } }</c>), which
/// are laid over the recipe's section.</summary>
internal static class RecipeOverrides
{
    /// <summary>Parses "grpo.steps=20" to a mapping.</summary>
    /// <exception cref="UserErrorException">The key is missing, or the value is not valid YAML.</exception>
    public static YamlMap Parse(string text)
    {
        var (keys, value) = text.IndexOf('=', StringComparison.Ordinal) is > 0 and var at
            ? (text[..at].Split('.', StringSplitOptions.TrimEntries), text[(at + 1)..])
            : throw new UserErrorException($"found '{text}'; expected KEY.PATH=VALUE, for example grpo.steps=20");
        if (keys.Any(k => k.Length == 0 || !k.All(c => char.IsAsciiLetterOrDigit(c) || c == '_')))
        {
            throw new UserErrorException(
                $"'{text}': '{string.Join('.', keys)}' is not a path of keys; "
                    + "expected for example grpo.steps or sampling.decoding.temperature"
            );
        }

        var parsed = (YamlMap)YamlSource.Parse($"{keys[^1]}: {value}", $"'{text}'").Root.WithoutLines();
        return parsed.Entries.Count == 1
            ? keys.SkipLast(1)
                .Reverse()
                .Aggregate(parsed, (inner, key) => new YamlMap([new YamlEntry(key, inner, YamlNode.NoLine)], YamlNode.NoLine))
            : throw new UserErrorException($"'{text}' gives more than one value");
    }

    /// <summary>The document with the overrides of all arms and rounds completed.</summary>
    /// <exception cref="UserErrorException">An override has an unknown section or no keys.</exception>
    public static YamlSource Merge(YamlSource source)
    {
        if (source.Root.Find("arms")?.Value is not YamlList arms)
        {
            return source;
        }

        var items = arms.Items.Select((arm, i) => arm is YamlMap map ? Merge(source, map, $"arms[{i}]") : arm);
        return source.WithRoot(source.Root.With("arms", arms with { Items = [.. items] }));
    }

    private static YamlMap Merge(YamlSource source, YamlMap arm, string path)
    {
        var below = source.Root;
        if (arm.Find("set")?.Value is YamlMap set)
        {
            set = Merge(source, below, set, $"{path}.set", [.. RecipeSections.Stages.Keys]);
            arm = arm.With("set", set);
            below = below.Overlay(set);
        }

        return arm.Find("rounds")?.Value is YamlList rounds
            ? arm.With(
                "rounds",
                rounds with
                {
                    Items =
                    [
                        .. rounds.Items.Select(
                            (round, i) =>
                                round is YamlMap map ? Merge(source, below, map, $"{path}.rounds[{i}]", RecipeSections.OfRounds) : round
                        ),
                    ],
                }
            )
            : arm;
    }

    /// <param name="below">The mapping that has the sections to complete from.</param>
    private static YamlMap Merge(YamlSource source, YamlMap below, YamlMap set, string path, IReadOnlyList<string> sections)
    {
        foreach (var entry in set.Entries)
        {
            if (!sections.Contains(entry.Key))
            {
                throw source.Error(
                    entry.Line,
                    $"{path}.{entry.Key}",
                    $"unknown key '{entry.Key}'{NearestName.Hint(entry.Key, [.. sections])}"
                );
            }

            if (entry.Value is YamlScalar { IsNull: true } or YamlMap { Entries.Count: 0 })
            {
                throw source.Error(entry.Line, $"{path}.{entry.Key}", "nothing is set here; give the keys to change or remove it");
            }

            if (entry.Value is YamlMap over && below.Find(entry.Key)?.Value is YamlMap section)
            {
                set = set.With(entry.Key, section.Overlay(over));
            }
        }

        return set;
    }
}
