using SkillFactory.Core.Randomness;
using SkillFactory.Evaluation.Statistics;
using SkillFactory.Evaluation.Summaries;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Reporting.SideBySide;

/// <summary>Lays experiments side by side: models of the same key on the same task and level, each experiment against the first, paired by
/// question where the responses of both are at hand. A question's id follows from its content, so the same id is the same question in any
/// experiment. Deterministic.</summary>
public static class ComparisonBuilder
{
    /// <summary>Name of the row where a person chose one model from each experiment.</summary>
    public const string Chosen = "chosen";

    private const int MostExperiments = 26;

    /// <exception cref="UserErrorException">Fewer than two experiments or too many, or a model chosen from some of them only.</exception>
    public static ExperimentComparison Build(IReadOnlyList<ComparedRun> runs)
    {
        if (runs.Count is < 2 or > MostExperiments)
        {
            throw new UserErrorException(
                $"found {runs.Count} experiment{(runs.Count == 1 ? "" : "s")} to compare; expected 2 to {MostExperiments}"
            );
        }

        if (runs.Any(r => r.Selected is null) && runs.FirstOrDefault(r => r.Selected is not null) is { } one)
        {
            var other = runs.First(r => r.Selected is null);
            throw new UserErrorException(
                $"a model is chosen from {one.Source} and none from {other.Source}; choose one from each (EXPERIMENT@ARM) or from none"
            );
        }

        var first = runs[0].Report.Run;
        var labels = runs.Select((_, i) => ((char)('A' + i)).ToString()).ToList();
        var notes = new List<string>();
        var cells = Cells(runs, labels, new Inference(KeyedRandom.Of(0, "compare"), first.Resamples, first.Confidence), notes);
        return new ExperimentComparison
        {
            Confidence = first.Confidence,
            Resamples = first.Resamples,
            Experiments = [.. runs.Zip(labels).Select(r => Describe(r.First, r.Second))],
            Cells = Corrected(cells),
            Settings = RecipeDifferences.Of([.. runs.Zip(labels).Select(r => (r.Second, r.First.Report.Recipe))]),
            Costs = [.. Costs(runs, labels, cells)],
            Notes = [.. notes.Concat(Caveats(runs, labels, cells)).Distinct()],
        };
    }

    private static ComparedExperiment Describe(ComparedRun compared, string label)
    {
        var run = compared.Report.Run;
        return new ComparedExperiment(
            label,
            compared.Source,
            run.Id,
            run.Name,
            compared.Selected,
            run.BaseModel,
            run.Device,
            run.Machine,
            run.Version,
            run.StartedAt,
            run.Complete,
            run.Seeds,
            run.WallSeconds
        );
    }

    /// <summary>Keys of the rows, and which model each stands for in an experiment.</summary>
    private static IEnumerable<string> Rows(IReadOnlyList<ComparedRun> runs) =>
        runs[0].Selected is not null ? [Chosen] : runs.SelectMany(r => r.Report.Models).Select(m => m.Key).Distinct();

    private static string ModelOf(ComparedRun run, string row) =>
        run.Selected ?? run.Report.Models.FirstOrDefault(m => m.Key == row || m.Aliases.Contains(row))?.Key ?? row;

    private static List<SideBySideCell> Cells(IReadOnlyList<ComparedRun> runs, List<string> labels, Inference inference, List<string> notes)
    {
        var cells = new List<SideBySideCell>();
        foreach (var (task, level) in runs.SelectMany(r => r.Report.Levels).Select(l => (l.Task, l.Level)).Distinct())
        {
            foreach (var row in Rows(runs))
            {
                var values = new List<SideBySideValue>();
                for (var i = 0; i < runs.Count; i++)
                {
                    var found = runs[i]
                        .Report.Evaluations.FirstOrDefault(e => e.Model == ModelOf(runs[i], row) && e.Task == task && e.Level == level)
                        ?.Pooled;
                    if (found?.Accuracy is { } accuracy)
                    {
                        var difference =
                            i == 0 || values.All(v => v.Experiment != labels[0])
                                ? null
                                : Compare((runs[i], labels[i]), (runs[0], labels[0]), row, task, level, inference, notes);
                        values.Add(new SideBySideValue(labels[i], accuracy, found.Tokens, difference));
                    }
                }

                if (values.Count > 0)
                {
                    cells.Add(new SideBySideCell(row, task, level, values));
                }
            }
        }

        return cells;
    }

    private static SideBySideDifference? Compare(
        (ComparedRun Run, string Label) mine,
        (ComparedRun Run, string Label) first,
        string row,
        string task,
        string level,
        Inference inference,
        List<string> notes
    )
    {
        if (mine.Run.Measurements(ModelOf(mine.Run, row)).SetEquals(first.Run.Measurements(ModelOf(first.Run, row))))
        {
            notes.Add($"{row} is one and the same in {first.Label} and {mine.Label}: the same weights, questions and draws.");
            return null;
        }

        var (left, right) = (
            mine.Run.Answers(ModelOf(mine.Run, row), task, level),
            first.Run.Answers(ModelOf(first.Run, row), task, level)
        );
        if (left is null || right is null)
        {
            return null;
        }

        // Seeds in common are paired run by run. Other seeds are other runs: then a question stands for all its samples on either side.
        var together = left.Keys.SequenceEqual(right.Keys);
        IReadOnlyList<(IReadOnlyDictionary<string, Cluster>, IReadOnlyDictionary<string, Cluster>)> sides = together
            ?
            [
                .. left.Keys.Select(seed =>
                    ((IReadOnlyDictionary<string, Cluster>)left[seed], (IReadOnlyDictionary<string, Cluster>)right[seed])
                ),
            ]
            : [(Together(left), Together(right))];
        if (!together)
        {
            notes.Add(
                $"{mine.Label} has the seeds {string.Join(", ", left.Keys)} and {first.Label} {string.Join(", ", right.Keys)}: their samples are compared question by question, all seeds together."
            );
        }

        var compared = inference.Compare(sides);
        if (compared is null)
        {
            notes.Add(
                $"{task.Replace('_', ' ')} {level}: {mine.Label} and {first.Label} have no question in common (other settings of the task, or another split); nothing is tested there."
            );
        }

        return compared is null ? null : new SideBySideDifference(compared.Pooled, compared.AcrossSeeds, compared.Test.P, 1);
    }

    private static Dictionary<string, Cluster> Together(IReadOnlyDictionary<long, Dictionary<string, Cluster>> seeds) =>
        seeds
            .Values.SelectMany(s => s)
            .GroupBy(q => q.Key, q => q.Value, StringComparer.Ordinal)
            .ToDictionary(g => g.Key, g => g.Aggregate((a, b) => a + b), StringComparer.Ordinal);

    private static List<SideBySideCell> Corrected(List<SideBySideCell> cells)
    {
        var adjusted = new Queue<double>(
            Holm.Adjust([.. cells.SelectMany(c => c.Values).Select(v => v.Difference).OfType<SideBySideDifference>().Select(d => d.P)])
        );
        return
        [
            .. cells.Select(c =>
                c with
                {
                    Values =
                    [
                        .. c.Values.Select(v =>
                            v.Difference is { } d ? v with { Difference = d with { AdjustedP = adjusted.Dequeue() } } : v
                        ),
                    ],
                }
            ),
        ];
    }

    private static IEnumerable<ModelCost> Costs(IReadOnlyList<ComparedRun> runs, List<string> labels, List<SideBySideCell> cells)
    {
        foreach (var row in Rows(runs))
        {
            // Means over other levels could not be compared.
            var having = runs.Zip(labels).Where(r => r.First.Report.Models.Any(m => m.Key == ModelOf(r.First, row))).ToList();
            var shared = cells.Where(c => c.Model == row && c.Values.Count == having.Count).ToList();
            foreach (var (run, label) in having)
            {
                var model = run.Report.Models.First(m => m.Key == ModelOf(run, row));
                var tokens = shared.Select(c => c.Values.First(v => v.Experiment == label).Tokens?.Value).OfType<double>().ToList();
                yield return new ModelCost(row, label, model.GrpoSteps, model.TrainingTokens, tokens.Count == 0 ? null : tokens.Average());
            }
        }
    }

    private static IEnumerable<string> Caveats(IReadOnlyList<ComparedRun> runs, List<string> labels, List<SideBySideCell> cells)
    {
        foreach (var (run, label) in runs.Zip(labels))
        {
            if (!run.Report.Run.Complete)
            {
                yield return $"{label} was not finished when its report was made.";
            }

            if (!run.HasAnswers)
            {
                yield return $"{label}: no rollouts.parquet lies beside its report.json, so its questions cannot be paired and nothing is tested against it.";
            }
        }

        if (runs.Select(r => r.Report.Run.BaseModel).Distinct().Count() > 1 && runs[0].Selected is null)
        {
            yield return "The experiments begin from different base models.";
        }

        var partly = cells
            .SelectMany(c =>
                c.Values.Where(v => v.Difference is { } d && d.Accuracy.Count < v.Accuracy.Count)
                    .Select(v => $"{c.Task.Replace('_', ' ')} {c.Level}")
            )
            .Distinct()
            .ToList();
        if (partly.Count > 0)
        {
            yield return $"Only some questions are in common on {string.Join(", ", partly)}; differences are over those and need not equal the difference of the accuracies shown.";
        }

        if (cells.Any(c => c.Values.Any(v => v.Difference is not null)))
        {
            yield return "p values are of exact sign-flip tests over questions, corrected for their number by Holm's method. They test these trained models on such questions, not what another training run would give.";
        }
        else
        {
            yield return "Nothing could be tested: no two experiments answered the same questions with their responses at hand.";
        }
    }
}
