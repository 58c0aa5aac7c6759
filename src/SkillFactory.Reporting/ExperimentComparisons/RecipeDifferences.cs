using System.Text.RegularExpressions;
using SkillFactory.Core.Recipes;
using SkillFactory.Core.YamlBinding;

namespace SkillFactory.Reporting.ExperimentComparisons;

/// <summary>Finds the settings that differ between resolved recipes. List items are matched by name, or by task and level, so that an
/// additional arm is one difference and does not shift the others.</summary>
internal static partial class RecipeDifferences
{
    /// <summary>The value shown for a list item that only some recipes have.</summary>
    private const string Present = "present";

    private static readonly string[] IgnoredKeys = ["name", "description"];

    /// <param name="recipes">Resolved recipes as YAML, by label.</param>
    public static IReadOnlyList<SettingDifference> Of(IReadOnlyList<(string Label, string Recipe)> recipes)
    {
        var read = recipes
            .Select(r =>
            {
                var settings = new Settings();
                settings.Read("", YamlSource.Parse(r.Recipe, $"recipe of {r.Label}").Root);
                return (r.Label, Settings: settings);
            })
            .ToList();
        var partial = read.SelectMany(r => r.Settings.Items)
            .Distinct()
            .Where(item => read.Any(r => !r.Settings.Items.Contains(item)))
            .ToList();
        partial.RemoveAll(item => partial.Any(outer => IsBelow(item, outer)));
        var paths = read.SelectMany(r => r.Settings.Values.Keys)
            .Distinct()
            .Where(p => !IgnoredKeys.Contains(p) && !partial.Any(item => IsBelow(p, item)));
        var differences = paths
            .Select(p => new SettingDifference(
                p,
                read.Where(r => r.Settings.Values.ContainsKey(p)).ToDictionary(r => r.Label, r => r.Settings.Values[p])
            ))
            .Concat(
                partial.Select(item => new SettingDifference(
                    item,
                    read.Where(r => r.Settings.Items.Contains(item)).ToDictionary(r => r.Label, _ => Present)
                ))
            )
            .Where(s => s.Values.Count < read.Count || s.Values.Values.Distinct().Count() > 1)
            .OrderBy(s => s.Path, StringComparer.Ordinal)
            .ToList();
        return [.. differences.Where(d => !IsInherited(d, differences))];
    }

    /// <summary>Whether an arm only has the difference of the whole recipe: a resolved recipe repeats what an arm inherits.</summary>
    private static bool IsInherited(SettingDifference difference, IEnumerable<SettingDifference> all) =>
        ArmSetting().Match(difference.Path) is { Success: true } match
        && all.Any(d =>
            d.Path == match.Groups[1].Value
            && d.Values.Count == difference.Values.Count
            && d.Values.All(v => difference.Values.GetValueOrDefault(v.Key) == v.Value)
        );

    [GeneratedRegex(@"^arms\[[^\]]*\]\.set\.(.+)$")]
    private static partial Regex ArmSetting();

    private static bool IsBelow(string path, string item) =>
        path.Length > item.Length && path.StartsWith(item, StringComparison.Ordinal) && path[item.Length] is '.' or '[';

    /// <summary>The values of a recipe by path.</summary>
    private sealed class Settings
    {
        public Dictionary<string, string> Values { get; } = new(StringComparer.Ordinal);

        /// <summary>Paths of list items.</summary>
        public HashSet<string> Items { get; } = new(StringComparer.Ordinal);

        public void Read(string path, YamlNode node)
        {
            switch (node)
            {
                case YamlMap map:
                    foreach (var entry in map.Entries)
                    {
                        Read(path.Length == 0 ? entry.Key : $"{path}.{entry.Key}", entry.Value);
                    }

                    break;
                case YamlList list when list.Items.Any(i => i is not YamlScalar):
                    foreach (var (i, item) in list.Items.Index())
                    {
                        var at = $"{path}[{NameOf(item) ?? $"{i}"}]";
                        at = Items.Add(at) ? at : $"{at}[{i}]";
                        Items.Add(at);
                        Read(at, item);
                    }

                    break;
                case YamlList list:
                    Values[path] = $"[{string.Join(", ", list.Items.Select(i => ((YamlScalar)i).Text))}]";
                    break;
                case YamlScalar scalar:
                    Values[path] = scalar.IsNull ? "null" : scalar.Text;
                    break;
            }
        }

        private static string? NameOf(YamlNode item)
        {
            string? Text(string key) => ((item as YamlMap)?.Find(key)?.Value as YamlScalar)?.Text;
            return Text("name") ?? (Text("task") is { } task ? $"{task}/{Text("level")}" : null);
        }
    }
}
