using SkillFactory.Core.Randomness;
using SkillFactory.Evaluation.Statistics;
using SkillFactory.Evaluation.Summaries;
using SkillFactory.Primitives.Errors;
using SkillFactory.Reporting.Report;

namespace SkillFactory.Reporting.ExperimentComparisons;

/// <summary>Compares experiments: each model on each level, every experiment with the first. Differences are paired by question when the
/// answers of both experiments are available. The id of a question depends on its content, so equal ids mean equal questions in all
/// experiments. Deterministic.</summary>
public static class ExperimentComparisonBuilder
{
    /// <summary>Model name in the results when the user chose one model from each experiment.</summary>
    public const string Chosen = "chosen";

    private const int MaxExperiments = 26;

    /// <exception cref="UserErrorException">There are fewer than two or too many experiments, or a model is chosen from only some of
    /// them.</exception>
    public static ExperimentComparison Build(IReadOnlyList<ComparedRun> runs)
    {
        if (runs.Count is < 2 or > MaxExperiments)
        {
            throw new UserErrorException(
                $"found {runs.Count} experiment{(runs.Count == 1 ? "" : "s")} to compare; expected 2 to {MaxExperiments}"
            );
        }

        if (runs.Any(r => r.Selected is null) && runs.FirstOrDefault(r => r.Selected is not null) is { } one)
        {
            var other = runs.First(r => r.Selected is null);
            throw new UserErrorException(
                $"a model is chosen from {one.Source} but not from {other.Source}; choose one from each experiment (EXPERIMENT@ARM) or "
                    + $"from none"
            );
        }

        var first = runs[0].Report.Run;
        var labels = runs.Select((_, i) => ((char)('A' + i)).ToString()).ToList();
        var notes = new List<string>();
        var cells = Cells(runs, labels, new StatisticalInference(KeyedRandom.Of(0, "compare"), first.Resamples, first.Confidence), notes);
        return new ExperimentComparison
        {
            Confidence = first.Confidence,
            Resamples = first.Resamples,
            Experiments = [.. runs.Zip(labels).Select(r => Describe(r.First, r.Second))],
            Labels = Labels(runs),
            Questions = CommonQuestions.Of([.. runs.Zip(labels)]),
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
            Label: label,
            Source: compared.Source,
            Id: run.Id,
            Name: run.Name,
            Model: compared.Selected,
            BaseModel: run.BaseModel,
            Device: run.Device,
            Machine: run.Machine,
            Version: run.Version,
            StartedAt: run.StartedAt,
            Complete: run.Complete,
            Seeds: run.Seeds,
            WallSeconds: run.WallSeconds
        );
    }

    /// <summary>The names of the models in the reports. Where reports name a model differently, its arm and checkpoint are its
    /// name.</summary>
    private static Dictionary<string, string> Labels(IReadOnlyList<ComparedRun> runs)
    {
        var labels = runs.SelectMany(r => r.Report.Models)
            .GroupBy(m => m.Key)
            .ToDictionary(
                g => g.Key,
                g =>
                    g.Select(m => m.Label).Distinct().Count() == 1
                        ? g.First().Label
                        : $"{g.First().Arm} ({g.First().Checkpoint.ToUpperInvariant()})"
            );
        if (runs[0].Selected is not null)
        {
            labels[Chosen] = string.Join(", ", runs.Select(r => labels[r.Selected!]).Distinct());
        }

        return labels;
    }

    /// <summary>The models to compare: their keys, or <see cref="Chosen"/>.</summary>
    private static IEnumerable<string> ModelKeys(IReadOnlyList<ComparedRun> runs) =>
        runs[0].Selected is not null ? [Chosen] : runs.SelectMany(r => r.Report.Models).Select(m => m.Key).Distinct();

    /// <summary>The key of a model in one experiment.</summary>
    private static string KeyIn(ComparedRun run, string model) =>
        run.Selected ?? run.Report.Models.FirstOrDefault(m => m.Key == model || m.Aliases.Contains(model))?.Key ?? model;

    private static string LabelIn(ComparedRun run, string model) => run.Report.LabelOf(KeyIn(run, model));

    private static List<ComparedCell> Cells(
        IReadOnlyList<ComparedRun> runs,
        List<string> labels,
        StatisticalInference inference,
        List<string> notes
    )
    {
        var cells = new List<ComparedCell>();
        foreach (var (task, level) in runs.SelectMany(r => r.Report.Levels).Select(l => (l.Task, l.Level)).Distinct())
        {
            foreach (var model in ModelKeys(runs))
            {
                var values = new List<ComparedValue>();
                for (var i = 0; i < runs.Count; i++)
                {
                    var found = runs[i]
                        .Report.Evaluations.FirstOrDefault(e => e.Model == KeyIn(runs[i], model) && e.Task == task && e.Level == level)
                        ?.Pooled;
                    if (found?.Accuracy is { } accuracy)
                    {
                        var difference =
                            i == 0 || values.All(v => v.Experiment != labels[0])
                                ? null
                                : Compare((runs[i], labels[i]), (runs[0], labels[0]), model, task, level, inference, notes);
                        values.Add(new ComparedValue(labels[i], accuracy, found.Tokens, difference));
                    }
                }

                if (values.Count > 0)
                {
                    cells.Add(new ComparedCell(model, task, level, values));
                }
            }
        }

        return cells;
    }

    private static ExperimentDifference? Compare(
        (ComparedRun Run, string Label) other,
        (ComparedRun Run, string Label) first,
        string model,
        string task,
        string level,
        StatisticalInference inference,
        List<string> notes
    )
    {
        if (other.Run.EvaluationKeys(KeyIn(other.Run, model)).SetEquals(first.Run.EvaluationKeys(KeyIn(first.Run, model))))
        {
            notes.Add(
                $"{LabelIn(first.Run, model)} is the same in {first.Label} and {other.Label}: same weights, questions and random draws."
            );
            return null;
        }

        var (left, right) = (
            other.Run.Answers(KeyIn(other.Run, model), task, level),
            first.Run.Answers(KeyIn(first.Run, model), task, level)
        );
        if (left is null || right is null)
        {
            return null;
        }

        // With the same seeds, the runs are paired. Otherwise each question counts with all its samples on either side.
        var sameSeeds = left.Keys.SequenceEqual(right.Keys);
        IReadOnlyList<PairedClusters> sides = sameSeeds
            ? [.. left.Keys.Select(seed => new PairedClusters(left[seed], right[seed]))]
            : [new PairedClusters(Pooled(left), Pooled(right))];
        if (!sameSeeds)
        {
            notes.Add(
                $"{other.Label} has seeds {string.Join(", ", left.Keys)} and {first.Label} has seeds {string.Join(", ", right.Keys)}, "
                    + "so their samples are compared by question with all seeds together."
            );
        }

        var compared = inference.Compare(sides);
        if (compared is null)
        {
            notes.Add(
                $"{ReportedLevel.LabelOf(task, level)}: {other.Label} and {first.Label} have no common question, because task settings or "
                    + "splits differ. No difference is tested."
            );
        }

        return compared is null ? null : new ExperimentDifference(compared.Pooled, compared.AcrossSeeds, compared.Test.P, 1);
    }

    private static Dictionary<string, Cluster> Pooled(IReadOnlyDictionary<long, Dictionary<string, Cluster>> seeds) =>
        seeds
            .Values.SelectMany(s => s)
            .GroupBy(q => q.Key, q => q.Value, StringComparer.Ordinal)
            .ToDictionary(g => g.Key, g => g.Aggregate((a, b) => a + b), StringComparer.Ordinal);

    private static List<ComparedCell> Corrected(List<ComparedCell> cells)
    {
        var adjusted = new Queue<double>(
            Holm.Adjust([.. cells.SelectMany(c => c.Values).Select(v => v.Difference).OfType<ExperimentDifference>().Select(d => d.P)])
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

    private static IEnumerable<ModelCost> Costs(IReadOnlyList<ComparedRun> runs, List<string> labels, List<ComparedCell> cells)
    {
        foreach (var model in ModelKeys(runs))
        {
            // Only means over the same levels can be compared.
            var withModel = runs.Zip(labels).Where(r => r.First.Report.Models.Any(m => m.Key == KeyIn(r.First, model))).ToList();
            var shared = cells.Where(c => c.Model == model && c.Values.Count == withModel.Count).ToList();
            foreach (var (run, label) in withModel)
            {
                var reported = run.Report.Models.First(m => m.Key == KeyIn(run, model));
                var tokens = shared.Select(c => c.Values.First(v => v.Experiment == label).Tokens?.Value).OfType<double>().ToList();
                yield return new ModelCost(
                    Model: model,
                    Experiment: label,
                    GrpoSteps: reported.GrpoSteps,
                    TrainingTokens: reported.TrainingTokens,
                    ResponseTokens: tokens.Count == 0 ? null : tokens.Average()
                );
            }
        }
    }

    private static IEnumerable<string> Caveats(IReadOnlyList<ComparedRun> runs, List<string> labels, List<ComparedCell> cells)
    {
        foreach (var (run, label) in runs.Zip(labels))
        {
            if (!run.Report.Run.Complete)
            {
                yield return $"{label} was not finished when its report was made, so some of its results may be missing.";
            }

            if (!run.HasAnswers)
            {
                yield return $"{label}: there is no rollouts.parquet next to its report.json, so its questions cannot be paired and its "
                    + $"differences are not tested.";
            }
        }

        if (runs.Select(r => r.Report.Run.BaseModel).Distinct().Count() > 1 && runs[0].Selected is null)
        {
            yield return "The experiments have different base models.";
        }

        var partly = cells
            .SelectMany(c =>
                c.Values.Where(v => v.Difference is { } d && d.Accuracy.Count < v.Accuracy.Count)
                    .Select(v => ReportedLevel.LabelOf(c.Task, c.Level))
            )
            .Distinct()
            .ToList();
        if (partly.Count > 0)
        {
            yield return $"The experiments share only some questions on {string.Join(", ", partly)}. Differences there are over the "
                + $"shared questions "
                + "and may not match the accuracies shown.";
        }

        if (cells.Any(c => c.Values.Any(v => v.Difference is not null)))
        {
            yield return "p values come from exact sign-flip tests over questions and are corrected with Holm's method. They test these "
                + "trained "
                + "models on other questions of the same kind, not other training runs.";
        }
        else
        {
            yield return "No difference could be tested, because no two experiments have answers to the same questions available.";
        }
    }
}
