using System.Globalization;
using SkillFactory.Grading;

namespace SkillFactory.Cli.Grading;

/// <summary>Counts the outcomes of graded rows.</summary>
internal sealed class GradeSummary
{
    private readonly SortedDictionary<Outcome, long> _counts = [];

    /// <summary>Number of unscored rows by reason.</summary>
    private readonly SortedDictionary<string, long> _failures = new(StringComparer.Ordinal);

    /// <summary>Counts the rows while they are enumerated.</summary>
    public IAsyncEnumerable<GradedRow> CountAsync(IAsyncEnumerable<GradedRow> rows) =>
        rows.Select(row =>
        {
            var outcome = Enum.Parse<Outcome>(row.Outcome);
            _counts[outcome] = _counts.GetValueOrDefault(outcome) + 1;
            if (outcome == Outcome.Unscored)
            {
                _failures[row.Reason] = _failures.GetValueOrDefault(row.Reason) + 1;
            }

            return row;
        });

    /// <param name="skipped">Rows that could not be used.</param>
    public GradeFacts Facts(GradeSettings settings, long skipped)
    {
        var total = _counts.Values.Sum();
        return new GradeFacts(
            settings.Task,
            total,
            skipped,
            Enum.GetValues<Outcome>().ToDictionary(o => o.ToString(), o => _counts.GetValueOrDefault(o)),
            total == 0 ? null : (double)_counts.GetValueOrDefault(Outcome.Correct) / total,
            settings.Output
        );
    }

    public void Write(GradeSettings settings, TextWriter output)
    {
        var total = _counts.Values.Sum();
        foreach (var outcome in Enum.GetValues<Outcome>())
        {
            var count = _counts.GetValueOrDefault(outcome);
            output.WriteLine(
                string.Create(CultureInfo.InvariantCulture, $"{outcome, -12}{count, 10}{(total == 0 ? 0 : 100.0 * count / total), 8:F1} %")
            );
        }

        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{"all", -12}{total, 10}"));
        foreach (var (reason, count) in _failures)
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Unscored ({count}): {reason}"));
        }

        if (settings.Output is { } file)
        {
            output.WriteLine($"Grades: {file}");
        }
    }
}

/// <summary>What <c>grade --json</c> prints.</summary>
/// <param name="Rows">Graded rows.</param>
/// <param name="Skipped">Rows that could not be used.</param>
/// <param name="Outcomes">Rows by outcome.</param>
/// <param name="Accuracy">Share of the graded rows that are correct; null without rows.</param>
/// <param name="Output">File of the grades; null if none was asked for.</param>
internal sealed record GradeFacts(
    string Task,
    long Rows,
    long Skipped,
    IReadOnlyDictionary<string, long> Outcomes,
    double? Accuracy,
    string? Output
);
