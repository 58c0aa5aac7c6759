using System.Globalization;
using SkillFactory.Reporting.Report;

namespace SkillFactory.Reporting.ExperimentComparisons;

/// <summary>Builds the tables of a comparison, for the terminal and for the page.</summary>
public static class ExperimentComparisonTables
{
    /// <summary>All tables that have rows.</summary>
    public static IReadOnlyList<TextTable> Of(ExperimentComparison comparison) =>
        [
            .. new[] { Experiments(comparison), Settings(comparison), Questions(comparison), Cells(comparison), Costs(comparison) }.Where(
                t => t.Rows.Count > 0
            ),
        ];

    private static TextTable Experiments(ExperimentComparison comparison) =>
        new(
            "Experiments",
            "what is compared",
            [
                "experiment",
                "id",
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
                            .. e.Model is { } model ? [comparison.LabelOf(model)] : Array.Empty<string>(),
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

    private static TextTable Questions(ExperimentComparison comparison)
    {
        var (first, others) = (comparison.Experiments[0].Label, comparison.Experiments.Skip(1).ToList());
        string Sum(IEnumerable<int?> counts) => counts.OfType<int>().ToList() is { Count: > 0 } all ? Count(all.Sum()) : NumberFormat.None;
        int? Asked(ComparedQuestions q, string label) => q.Asked.TryGetValue(label, out var count) ? count : null;
        int? Common(ComparedQuestions q, string label) => q.Common.TryGetValue(label, out var count) ? count : null;
        IReadOnlyList<string> Row(string head, IReadOnlyList<ComparedQuestions> of) =>
            [
                head,
                .. comparison.Experiments.Select(e => Sum(of.Select(q => Asked(q, e.Label)))),
                .. others.Select(e => Sum(of.Select(q => Common(q, e.Label)))),
            ];
        return new TextTable(
            "Questions",
            "asked in each experiment, and in common",
            ["level", .. comparison.Experiments.Select(e => e.Label), .. others.Select(e => $"in {first} and {e.Label}")],
            [
                .. comparison.Questions.Select(q => Row(ReportedLevel.LabelOf(q.Task, q.Level), [q])),
                .. comparison.Questions.Count > 1 ? [Row("all levels", comparison.Questions)] : Array.Empty<IReadOnlyList<string>>(),
            ],
            1
        );
    }

    private static string Count(int count) => NumberFormat.Count(count);

    private static TextTable Cells(ExperimentComparison comparison)
    {
        var others = comparison.Experiments.Skip(1).ToList();
        return new TextTable(
            "Accuracy",
            $"in percent, and differences to {comparison.Experiments[0].Label} in points with {100 * comparison.Confidence:0.#} % "
                + $"intervals and corrected p values",
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
                            comparison.LabelOf(cell.Model),
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
            "Cost",
            "training tokens (mean over seeds), GRPO steps, tokens per response (mean over the common levels)",
            ["model", "experiment", "training tokens", "GRPO steps", "tokens per response"],
            [
                .. comparison.Costs.Select(cost =>
                    (IReadOnlyList<string>)
                        [
                            comparison.LabelOf(cost.Model, cost.Experiment),
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
            "recipe keys and their values",
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
