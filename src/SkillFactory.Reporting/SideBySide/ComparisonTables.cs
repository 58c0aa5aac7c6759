using System.Globalization;

namespace SkillFactory.Reporting.SideBySide;

/// <summary>A table as plain text.</summary>
/// <param name="Title">What it shows.</param>
/// <param name="Header">Column heads.</param>
/// <param name="Rows">As many fields as the header.</param>
/// <param name="TextColumns">Columns from the left that hold words; the others hold figures.</param>
public sealed record ComparisonTable(
    string Title,
    IReadOnlyList<string> Header,
    IReadOnlyList<IReadOnlyList<string>> Rows,
    int TextColumns
);

/// <summary>A comparison as tables of text, the same for the terminal and for the page.</summary>
public static class ComparisonTables
{
    /// <summary>Those that have rows.</summary>
    public static IReadOnlyList<ComparisonTable> Of(ExperimentComparison comparison) =>
        [.. new[] { Experiments(comparison), Cells(comparison), Costs(comparison), Settings(comparison) }.Where(t => t.Rows.Count > 0)];

    private static ComparisonTable Experiments(ExperimentComparison c) =>
        new(
            "Experiments",
            [
                "",
                "experiment",
                .. c.Experiments.Any(e => e.Model is not null) ? ["model"] : Array.Empty<string>(),
                "base model",
                "device",
                "seeds",
                "started",
                "time",
            ],
            [
                .. c.Experiments.Select(e =>
                    (IReadOnlyList<string>)
                        [
                            e.Label,
                            e.Id,
                            .. e.Model is { } model ? [model] : Array.Empty<string>(),
                            e.BaseModel,
                            e.Device,
                            string.Join(", ", e.Seeds),
                            e.StartedAt.ToUniversalTime().ToString("yyyy-MM-dd HH:mm'Z'", CultureInfo.InvariantCulture),
                            Figures.Duration(e.WallSeconds),
                        ]
                ),
            ],
            c.Experiments.Any(e => e.Model is not null) ? 5 : 4
        );

    private static ComparisonTable Cells(ExperimentComparison c)
    {
        var others = c.Experiments.Skip(1).ToList();
        return new ComparisonTable(
            $"Accuracy in percent, and differences to {c.Experiments[0].Label} in points with {100 * c.Confidence:0.#} % intervals and corrected p",
            ["level", "model", .. c.Experiments.Select(e => e.Label), .. others.Select(e => $"{e.Label} − {c.Experiments[0].Label}")],
            [
                .. c.Cells.Select(cell =>
                    (IReadOnlyList<string>)
                        [
                            $"{cell.Task.Replace('_', ' ')} {cell.Level}",
                            cell.Model,
                            .. c.Experiments.Select(e => Figures.Percent(Value(cell, e)?.Accuracy)),
                            .. others.Select(e =>
                                Value(cell, e)?.Difference is { } d
                                    ? $"{Figures.Points(d.Accuracy)}, p {Figures.P(d.AdjustedP)}"
                                    : Figures.None
                            ),
                        ]
                ),
            ],
            2
        );
    }

    private static ComparisonTable Costs(ExperimentComparison c) =>
        new(
            "Cost: tokens spent on training (mean over seeds), GRPO steps, tokens per response (mean over the levels in common)",
            ["model", "", "training tokens", "GRPO steps", "per response"],
            [
                .. c.Costs.Select(cost =>
                    (IReadOnlyList<string>)
                        [
                            cost.Model,
                            cost.Experiment,
                            cost.TrainingTokens > 0 ? Figures.Tokens(cost.TrainingTokens) : Figures.None,
                            Figures.Number(cost.GrpoSteps, 0),
                            Figures.Number(cost.ResponseTokens, 1),
                        ]
                ),
            ],
            2
        );

    private static ComparisonTable Settings(ExperimentComparison c) =>
        new(
            "Settings that differ",
            ["key", .. c.Experiments.Select(e => e.Label)],
            [
                .. c.Settings.Select(s =>
                    (IReadOnlyList<string>)[s.Path, .. c.Experiments.Select(e => s.Values.GetValueOrDefault(e.Label, Figures.None))]
                ),
            ],
            1 + c.Experiments.Count
        );

    private static SideBySideValue? Value(SideBySideCell cell, ComparedExperiment experiment) =>
        cell.Values.FirstOrDefault(v => v.Experiment == experiment.Label);
}
