namespace SkillFactory.Tokenization.Characters;

/// <summary>An immutable set of code points (0 to U+10FFFF, surrogates included).</summary>
internal sealed class CodePointSet : IEquatable<CodePointSet>
{
    public const int Last = 0x10ffff;

    private readonly (int First, int Last)[] _ranges;

    private CodePointSet((int First, int Last)[] ranges) => _ranges = ranges;

    public static CodePointSet Empty { get; } = new([]);

    /// <summary>Disjoint ranges in ascending order; no two of them touch.</summary>
    public IReadOnlyList<(int First, int Last)> Ranges => _ranges;

    public bool IsEmpty => _ranges.Length == 0;

    public static CodePointSet Of(int point) => new([(point, point)]);

    /// <summary>The set of the given ranges, which may overlap and be in any order.</summary>
    public static CodePointSet Of(IEnumerable<(int First, int Last)> ranges)
    {
        var merged = new List<(int First, int Last)>();
        foreach (var range in ranges.Order())
        {
            if (merged.Count > 0 && range.First <= merged[^1].Last + 1)
            {
                merged[^1] = (merged[^1].First, Math.Max(merged[^1].Last, range.Last));
            }
            else
            {
                merged.Add(range);
            }
        }

        return new([.. merged]);
    }

    public static CodePointSet Of(IEnumerable<int> points) => Of(points.Select(p => (p, p)));

    public static CodePointSet operator |(CodePointSet a, CodePointSet b) => Of(a._ranges.Concat(b._ranges));

    public static CodePointSet operator &(CodePointSet a, CodePointSet b) => ~(~a | ~b);

    public static CodePointSet operator ~(CodePointSet set)
    {
        var gaps = new List<(int, int)>(set._ranges.Length + 1);
        var next = 0;
        foreach (var (first, last) in set._ranges)
        {
            if (first > next)
            {
                gaps.Add((next, first - 1));
            }

            next = last + 1;
        }

        if (next <= Last)
        {
            gaps.Add((next, Last));
        }

        return new([.. gaps]);
    }

    public bool Contains(int point)
    {
        var (low, high) = (0, _ranges.Length - 1);
        while (low <= high)
        {
            var middle = (low + high) / 2;
            if (point < _ranges[middle].First)
            {
                high = middle - 1;
            }
            else if (point > _ranges[middle].Last)
            {
                low = middle + 1;
            }
            else
            {
                return true;
            }
        }

        return false;
    }

    public bool Overlaps(CodePointSet other) => !(this & other).IsEmpty;

    public bool Equals(CodePointSet? other) => other is not null && _ranges.AsSpan().SequenceEqual(other._ranges);

    public override bool Equals(object? obj) => Equals(obj as CodePointSet);

    public override int GetHashCode() => _ranges.Length == 0 ? 0 : HashCode.Combine(_ranges.Length, _ranges[0], _ranges[^1]);
}
