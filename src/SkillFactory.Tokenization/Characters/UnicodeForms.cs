using System.Collections.Frozen;
using System.Globalization;
using System.Text;

namespace SkillFactory.Tokenization.Characters;

/// <summary>
/// Unicode's normalization forms C, D, KC and KD (UAX #15: decompose, order marks, compose). .NET's own normalization does nothing in
/// invariant globalization mode, which this product uses, and token ids must not depend on that setting.
/// </summary>
internal static class UnicodeForms
{
    private const char FirstThatMayCompose = '\u0300';
    private const char FirstThatMayDecompose = '\u00a0';
    private const int SyllableBase = 0xac00,
        LeadBase = 0x1100,
        VowelBase = 0x1161,
        TailBase = 0x11a7;
    private const int Leads = 19,
        Vowels = 21,
        Tails = 28;

    private static readonly FrozenDictionary<int, int[]> Parts = Entries(CanonicalData.Pairs)
        .Concat(Entries(CanonicalData.OneWay))
        .ToFrozenDictionary(e => e[0], e => e[1..]);

    private static readonly FrozenDictionary<(int First, int Second), int> Composites = Entries(CanonicalData.Pairs)
        .ToFrozenDictionary(e => (e[1], e[2]), e => e[0]);

    private static readonly FrozenDictionary<int, int> Classes = CanonicalData
        .Classes.Split(';', StringSplitOptions.RemoveEmptyEntries)
        .Select(e => e.Split(' '))
        .SelectMany(e =>
            Enumerable.Range(Hex(e[0]), Hex(e[1]) - Hex(e[0]) + 1).Select(c => (c, int.Parse(e[2], CultureInfo.InvariantCulture)))
        )
        .ToFrozenDictionary(e => e.c, e => e.Item2);

    private static readonly Lazy<FrozenDictionary<int, int[]>> Compatible = new(() =>
        CharacterData
            .Lines("compatibility")
            .SelectMany(l => l.Skip(1))
            .Select(e => e.Split('='))
            .ToFrozenDictionary(e => Hex(e[0]), e => e[1].Split('+').Select(Hex).ToArray())
    );

    public static string Normalize(string text, UnicodeForm form)
    {
        var composes = form is UnicodeForm.C or UnicodeForm.KC;
        var compatible = form is UnicodeForm.KC or UnicodeForm.KD;
        if (!text.AsSpan().ContainsAnyInRange(form == UnicodeForm.C ? FirstThatMayCompose : FirstThatMayDecompose, char.MaxValue))
        {
            return text;
        }

        var points = new List<int>(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            Decompose(rune.Value, points, compatible);
        }

        OrderMarks(points);
        var normal = new StringBuilder(text.Length);
        foreach (var point in composes ? Join(points) : points)
        {
            normal.Append(new Rune(point).ToString());
        }

        return normal.ToString();
    }

    private static void Decompose(int point, List<int> into, bool compatible)
    {
        if (compatible && Compatible.Value.TryGetValue(point, out var equivalent))
        {
            into.AddRange(equivalent);
            return;
        }

        var syllable = point - SyllableBase;
        if (syllable is >= 0 and < Leads * Vowels * Tails)
        {
            into.Add(LeadBase + (syllable / (Vowels * Tails)));
            into.Add(VowelBase + (syllable / Tails % Vowels));
            if (syllable % Tails > 0)
            {
                into.Add(TailBase + (syllable % Tails));
            }
        }
        else if (Parts.TryGetValue(point, out var parts))
        {
            foreach (var part in parts)
            {
                Decompose(part, into, compatible);
            }
        }
        else
        {
            into.Add(point);
        }
    }

    /// <summary>Stable insertion sort by combining class within each run of marks.</summary>
    private static void OrderMarks(List<int> points)
    {
        for (var i = 1; i < points.Count; i++)
        {
            var own = ClassOf(points[i]);
            for (var k = i; own > 0 && k > 0 && ClassOf(points[k - 1]) > own; k--)
            {
                (points[k - 1], points[k]) = (points[k], points[k - 1]);
            }
        }
    }

    private static List<int> Join(List<int> points)
    {
        var joined = new List<int>(points.Count);
        var starter = -1;
        var lastClass = 0;
        foreach (var point in points)
        {
            var own = ClassOf(point);

            // The mark is blocked when another starter, or a mark of the same or a higher class, is in between.
            var adjacent = starter == joined.Count - 1;
            if (starter >= 0 && (adjacent || (lastClass < own && lastClass > 0)) && Pair(joined[starter], point) is { } composite)
            {
                joined[starter] = composite;
                continue;
            }

            if (own == 0)
            {
                starter = joined.Count;
            }

            lastClass = own;
            joined.Add(point);
        }

        return joined;
    }

    private static int? Pair(int first, int second)
    {
        var (lead, vowel) = (first - LeadBase, second - VowelBase);
        if (lead is >= 0 and < Leads && vowel is >= 0 and < Vowels)
        {
            return SyllableBase + (((lead * Vowels) + vowel) * Tails);
        }

        var (syllable, tail) = (first - SyllableBase, second - TailBase);
        if (syllable is >= 0 and < Leads * Vowels * Tails && syllable % Tails == 0 && tail is > 0 and < Tails)
        {
            return first + tail;
        }

        return Composites.TryGetValue((first, second), out var composite) ? composite : null;
    }

    private static int ClassOf(int point) => Classes.GetValueOrDefault(point);

    private static IEnumerable<int[]> Entries(string table) =>
        table.Split(';', StringSplitOptions.RemoveEmptyEntries).Select(e => e.Split(' ').Select(Hex).ToArray());

    private static int Hex(string digits) => CharacterData.Hex(digits);
}
