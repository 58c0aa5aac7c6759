using System.Collections.Frozen;
using System.Globalization;
using System.Text;

namespace SkillFactory.Tokenization.Characters;

/// <summary>Upper, lower and title case of Unicode 16, with the mappings to several characters ("ß" to "SS") that .NET lacks.</summary>
internal static class CaseMapping
{
    private const int DottedCapitalI = 0x130,
        DotlessI = 0x131;

    private static readonly FrozenDictionary<int, int> SimpleUpper = Simple("upper");
    private static readonly FrozenDictionary<int, int> SimpleLower = Simple("lower");
    private static readonly FrozenDictionary<int, int> SimpleTitle = Simple("title");
    private static readonly FrozenDictionary<int, int> OtherFold = Simple("fold");
    private static readonly FrozenDictionary<int, string> FullUpper = Full("upper_full");
    private static readonly FrozenDictionary<int, string> FullLower = Full("lower_full");
    private static readonly FrozenDictionary<int, string> FullTitle = Full("title_full");
    private static readonly FrozenDictionary<int, string> FullFold = Full("fold_full");

    private static readonly ILookup<int, int> ByFold = SimpleUpper
        .Keys.Concat(SimpleLower.Keys)
        .Concat(SimpleUpper.Values)
        .Concat(SimpleLower.Values)
        .Concat(OtherFold.Keys)
        .Concat(OtherFold.Values)
        .Distinct()
        .ToLookup(Fold);

    /// <summary>The characters to which a single character folds, such as "ss" of "ß".</summary>
    public static IReadOnlyCollection<string> FoldsToSeveral => FullFold.Values;

    public static CodePointSet WithFoldToSeveral { get; } = CodePointSet.Of(FullFold.Keys);

    public static string Upper(int point) => FullUpper.TryGetValue(point, out var full) ? full : Text(SimpleUpper, point);

    public static string Lower(int point) => FullLower.TryGetValue(point, out var full) ? full : Text(SimpleLower, point);

    public static string Title(int point) =>
        FullTitle.TryGetValue(point, out var full) ? full
        : SimpleTitle.ContainsKey(point) ? Text(SimpleTitle, point)
        : Text(SimpleUpper, point);

    /// <summary>Each character in lower case, whatever its neighbours.</summary>
    public static string Lower(string text)
    {
        var lower = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            lower.Append(Lower(rune.Value));
        }

        return lower.ToString();
    }

    /// <summary>Simple case folding: the character that stands for all that differ only in case.</summary>
    public static int Fold(int point)
    {
        if (point is DottedCapitalI or DotlessI)
        {
            return point;
        }

        if (OtherFold.TryGetValue(point, out var other))
        {
            return other;
        }

        var upper = SimpleUpper.GetValueOrDefault(point, point);
        return SimpleLower.GetValueOrDefault(upper, upper);
    }

    /// <summary>All characters that differ from <paramref name="point"/> only in case, itself included.</summary>
    public static CodePointSet SameButForCase(int point) => CodePointSet.Of(ByFold[Fold(point)].Append(point));

    /// <inheritdoc cref="SameButForCase(int)"/>
    public static CodePointSet SameButForCase(CodePointSet set) =>
        set | CodePointSet.Of(ByFold.Where(g => g.Any(set.Contains)).SelectMany(g => g));

    private static string Text(FrozenDictionary<int, int> mapping, int point) =>
        new Rune(mapping.GetValueOrDefault(point, point)).ToString();

    private static IEnumerable<string> Entries(string name) =>
        CharacterData.Lines("case").Where(l => l[0] == name).SelectMany(l => l.Skip(1));

    /// <summary>Entries "first-last/step+distance" or "point+distance".</summary>
    private static FrozenDictionary<int, int> Simple(string name)
    {
        var mapping = new Dictionary<int, int>();
        foreach (var entry in Entries(name))
        {
            var slash = entry.IndexOf('/', StringComparison.Ordinal);
            var sign = entry.IndexOfAny(['+', '-'], slash + 1);
            var (first, last) = CharacterData.Range(entry[..(slash < 0 ? sign : slash)]);
            var step = slash < 0 ? 1 : int.Parse(entry.AsSpan(slash + 1, sign - slash - 1), CultureInfo.InvariantCulture);
            var distance = int.Parse(entry.AsSpan(sign), CultureInfo.InvariantCulture);
            for (var point = first; point <= last; point += step)
            {
                mapping[point] = point + distance;
            }
        }

        return mapping.ToFrozenDictionary();
    }

    /// <summary>Entries "point=mapped+mapped".</summary>
    private static FrozenDictionary<int, string> Full(string name) =>
        Entries(name)
            .Select(e => e.Split('='))
            .ToFrozenDictionary(
                e => CharacterData.Hex(e[0]),
                e => string.Concat(e[1].Split('+').Select(p => new Rune(CharacterData.Hex(p)).ToString()))
            );
}
