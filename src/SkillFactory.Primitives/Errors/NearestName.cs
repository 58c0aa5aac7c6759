namespace SkillFactory.Primitives.Errors;

/// <summary>Finds the known name nearest to a misspelled one, for error messages.</summary>
public static class NearestName
{
    /// <summary>The candidate with the smallest edit distance (ignoring case), or null when that distance exceeds half of the word's length
    /// and 2.</summary>
    public static string? Of(string given, IEnumerable<string> candidates)
    {
        string? best = null;
        var bestDistance = int.MaxValue;
        foreach (var candidate in candidates)
        {
            var distance = Distance(given.ToUpperInvariant(), candidate.ToUpperInvariant());
            if (distance < bestDistance)
            {
                (best, bestDistance) = (candidate, distance);
            }
        }

        return best is not null && bestDistance <= Math.Max(2, given.Length / 2) ? best : null;
    }

    /// <summary>"; did you mean 'x'?" or "; known: a, b, c".</summary>
    public static string Hint(string given, IReadOnlyCollection<string> candidates) =>
        Of(given, candidates) is { } near
            ? $"; did you mean '{near}'?"
            : $"; known: {string.Join(", ", candidates.Order(StringComparer.Ordinal))}";

    private static int Distance(string a, string b)
    {
        // Optimal string alignment: insertions, deletions, substitutions, swaps of neighbours.
        var d = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++)
        {
            d[i, 0] = i;
        }

        for (var j = 0; j <= b.Length; j++)
        {
            d[0, j] = j;
        }

        for (var i = 1; i <= a.Length; i++)
        {
            for (var j = 1; j <= b.Length; j++)
            {
                var cost = a[i - 1] == b[j - 1] ? 0 : 1;
                d[i, j] = Math.Min(Math.Min(d[i - 1, j] + 1, d[i, j - 1] + 1), d[i - 1, j - 1] + cost);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                {
                    d[i, j] = Math.Min(d[i, j], d[i - 2, j - 2] + 1);
                }
            }
        }

        return d[a.Length, b.Length];
    }
}
