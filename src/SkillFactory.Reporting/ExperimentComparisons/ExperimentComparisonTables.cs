using System.Globalization;
using SkillFactory.Reporting.Report;

namespace SkillFactory.Reporting.ExperimentComparisons;

/// <summary>Builds the tables of a comparison, for the terminal and for the page.</summary>
public static class ExperimentComparisonTables
{
    /// <summary>All tables that have rows.</summary>
    public static IReadOnlyList<TextTable> Of(ExperimentComparison comparison) =>
        [.. new[] { Experiments(comparison), Cells(comparison), Costs(comparison), Settings(comparison) }.Where(t => t.Rows.Count > 0)];

    private static TextTable Experiments(ExperimentComparison comparison) =>
        new(
            "Experiments",
            [
                "",
                "experiment",
                .. comparison.Experiments.Any(e => e.Model is not null) ? ["model"] : Array.Empty<string>(),
                "base model",
                "device",
                "seeds",
                "started",
                "time",
            ],
            [
                .. comparison.Experiments.Select(e =>
                    (IReadOnlyList<string>)
                        [
                            e.Label,
                            e.Id,
                            .. e.Model is { } model ? [model] : Array.Empty<string>(),
                            e.BaseModel,
                            e.Device,
                            string.Join(", ", e.Seeds),
                            e.StartedAt.ToUniversalTime().ToString("yyyy-MM-dd HH:mm'Z'", CultureInfo.InvariantCulture),
                            NumberFormat.Duration(e.WallSeconds),
                        ]
                ),
            ],
            comparison.Experiments.Any(e => e.Model is not null) ? 5 : 4
        );

    private static TextTable Cells(ExperimentComparison comparison)
    {
        var others = comparison.Experiments.Skip(1).ToList();
        return new TextTable(
            $"Accuracy in percent, and differences to {comparison.Experiments[0].Label} in points with {100 * comparison.Confidence:0.#} "
                + $"% intervals and corrected p values",
            [
                "level",
                "model",
                .. comparison.Experiments.Select(e => e.Label),
                .. others.Select(e => $"{e.Label} − {comparison.Experiments[0].Label}"),
            ],
            [
                .. comparison.Cells.Select(cell =>
                    (IReadOnlyList<string>)
                        [
                            ReportedLevel.LabelOf(cell.Task, cell.Level),
                            cell.Model,
                            .. comparison.Experiments.Select(e => NumberFormat.Percent(Value(cell, e)?.Accuracy)),
                            .. others.Select(e =>
                                Value(cell, e)?.Difference is { } d
                                    ? $"{NumberFormat.Points(d.Accuracy)}, p {NumberFormat.P(d.AdjustedP)}"
                                    : NumberFormat.None
                            ),
                        ]
                ),
            ],
            2
        );
    }

    private static TextTable Costs(ExperimentComparison comparison) =>
        new(
            "Cost: training tokens (mean over seeds), GRPO steps, tokens per response (mean over the common levels)",
            ["model", "", "training tokens", "GRPO steps", "tokens per response"],
            [
                .. comparison.Costs.Select(cost =>
                    (IReadOnlyList<string>)
                        [
                            cost.Model,
                            cost.Experiment,
                            cost.TrainingTokens > 0 ? NumberFormat.Tokens(cost.TrainingTokens) : NumberFormat.None,
                            NumberFormat.Number(cost.GrpoSteps, 0),
                            NumberFormat.Number(cost.ResponseTokens, 1),
                        ]
                ),
            ],
            2
        );

    private static TextTable Settings(ExperimentComparison comparison) =>
        new(
            "Settings that differ",
            ["key", .. comparison.Experiments.Select(e => e.Label)],
            [
                .. comparison.Settings.Select(s =>
                    (IReadOnlyList<string>)
                        [s.Path, .. comparison.Experiments.Select(e => s.Values.GetValueOrDefault(e.Label, NumberFormat.None))]
                ),
            ],
            1 + comparison.Experiments.Count
        );

    private static ComparedValue? Value(ComparedCell cell, ComparedExperiment experiment) =>
        cell.Values.FirstOrDefault(v => v.Experiment == experiment.Label);
}
