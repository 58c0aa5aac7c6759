namespace SkillFactory.Grading.Maths;

/// <summary>Unions and differences of intervals.</summary>
internal static class Intervals
{
    /// <summary>The value as a union of intervals: an interval, a pair read as an open interval, or a set of points. Null for anything
    /// else.</summary>
    public static IntervalsValue? TryOf(MathValue value) =>
        value switch
        {
            IntervalsValue intervals => intervals,
            TupleValue { Items: [var low, var high] } => new IntervalsValue([new Interval(low, false, high, false)]),
            SetValue { IsBare: false } set when set.Items.All(i => i is ScalarValue) => new IntervalsValue([
                .. set.Items.Select(p => new Interval(p, true, p, true)),
            ]),
            _ => null,
        };

    /// <summary>Intervals joined by "or" as their union, and by "and" as their intersection; null for other items, and when a comma leaves
    /// open which of them is meant.</summary>
    public static IntervalsValue? Joined(FormComparison comparison, IReadOnlyList<MathValue> items, IReadOnlyList<string> separators)
    {
        if (!items.All(i => i is IntervalsValue) || separators.Distinct().ToList() is not [("or" or "and") and var word])
        {
            return null;
        }

        return items.Cast<IntervalsValue>().Aggregate((a, b) => word == "or" ? Union(comparison, a, b) : Intersection(comparison, a, b));
    }

    public static IntervalsValue Union(FormComparison comparison, MathValue a, MathValue b) =>
        Merged(comparison, [.. Parts(a), .. Parts(b)]);

    /// <summary>Removes points from a union of intervals.</summary>
    public static IntervalsValue Without(FormComparison comparison, MathValue value, MathValue points)
    {
        IReadOnlyList<MathValue> removed = points switch
        {
            SetValue set => set.Items,
            ScalarValue => [points],
            _ => throw new MathSyntaxException("a difference with something else than points"),
        };
        IReadOnlyList<Interval> parts = Parts(value);
        foreach (var point in removed)
        {
            parts = [.. parts.SelectMany(p => Split(comparison, p, point))];
        }

        return Merged(comparison, parts);
    }

    private static IReadOnlyList<Interval> Parts(MathValue value) =>
        TryOf(value)?.Parts ?? throw new MathSyntaxException("a union of things that are no intervals");

    private static IEnumerable<Interval> Split(FormComparison comparison, Interval part, MathValue point)
    {
        var (low, high) = (Compare(comparison, point, part.Low), Compare(comparison, point, part.High));
        if (low < 0 || high > 0)
        {
            return [part];
        }

        IEnumerable<Interval> halves =
        [
            .. low > 0 ? [part with { High = point, HighClosed = false }] : Array.Empty<Interval>(),
            .. high < 0 ? [part with { Low = point, LowClosed = false }] : Array.Empty<Interval>(),
        ];
        return low > 0 && high < 0 ? halves
            : low == 0 && high == 0 ? []
            : low == 0 ? [part with { LowClosed = false }]
            : [part with { HighClosed = false }];
    }

    private static IntervalsValue Intersection(FormComparison comparison, IntervalsValue a, IntervalsValue b) =>
        Merged(comparison, [.. a.Parts.SelectMany(x => b.Parts.Select(y => Overlap(comparison, x, y))).OfType<Interval>()]);

    private static Interval? Overlap(FormComparison comparison, Interval a, Interval b)
    {
        var (low, high) = (Compare(comparison, a.Low, b.Low), Compare(comparison, a.High, b.High));
        var overlap = new Interval(
            low >= 0 ? a.Low : b.Low,
            low == 0 ? a.LowClosed && b.LowClosed
                : low > 0 ? a.LowClosed
                : b.LowClosed,
            high <= 0 ? a.High : b.High,
            high == 0 ? a.HighClosed && b.HighClosed
                : high < 0 ? a.HighClosed
                : b.HighClosed
        );
        var order = Compare(comparison, overlap.Low, overlap.High);
        return order < 0 || (order == 0 && overlap.LowClosed && overlap.HighClosed) ? overlap : null;
    }

    /// <summary>Sorts the parts and joins those that touch.</summary>
    private static IntervalsValue Merged(FormComparison comparison, IReadOnlyList<Interval> parts)
    {
        var sorted = parts.ToList();
        sorted.Sort((a, b) => Compare(comparison, a.Low, b.Low) is var order && order != 0 ? order : b.LowClosed.CompareTo(a.LowClosed));
        var merged = new List<Interval>();
        foreach (var part in sorted)
        {
            if (merged.Count > 0 && Touch(comparison, merged[^1], part))
            {
                var order = Compare(comparison, merged[^1].High, part.High);
                merged[^1] =
                    order < 0 ? merged[^1] with { High = part.High, HighClosed = part.HighClosed }
                    : order == 0 ? merged[^1] with { HighClosed = merged[^1].HighClosed || part.HighClosed }
                    : merged[^1];
            }
            else
            {
                merged.Add(part);
            }
        }

        return new IntervalsValue(merged);
    }

    private static bool Touch(FormComparison comparison, Interval left, Interval right)
    {
        var order = Compare(comparison, left.High, right.Low);
        return order > 0 || (order == 0 && (left.HighClosed || right.LowClosed));
    }

    private static int Compare(FormComparison comparison, MathValue a, MathValue b) =>
        (a, b) switch
        {
            (InfinityValue x, InfinityValue y) => x.Sign.CompareTo(y.Sign),
            (InfinityValue x, _) => x.Sign,
            (_, InfinityValue y) => -y.Sign,
            (ScalarValue x, ScalarValue y) => comparison.AreEqual(x.Form, y.Form) ? 0 : comparison.Order(x.Form, y.Form),
            _ => throw new MathSyntaxException("bounds that are no numbers"),
        };
}
