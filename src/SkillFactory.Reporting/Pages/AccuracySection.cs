using SkillFactory.Evaluation.Statistics;
using SkillFactory.Grading;
using SkillFactory.Reporting.Measurements;
using SkillFactory.Reporting.Report;

namespace SkillFactory.Reporting.Pages;

/// <summary>Accuracy of each model on each level, with its means, outcomes and seeds.</summary>
internal static class AccuracySection
{
    public static Markup Draw(RunReport report) =>
        report.Evaluations.Count == 0 ? Markup.None : HtmlWriter.Of($"{ByLevel(report)}{Means(report)}{Outcomes(report)}{Seeds(report)}");

    /// <summary>Models by levels, as in the paper's tables 6 to 11.</summary>
    private static Markup ByLevel(RunReport report)
    {
        var table = new Table(
            $"Accuracy in percent: the mean over all samples of all questions{(report.Run.Seeds.Count > 1 ? " and seeds" : "")}. "
                + $"Brackets are {100 * report.Run.Confidence:0.#} % intervals over questions: bootstrap intervals, or Wilson intervals "
                + $"when fewer than {Bootstrap.FewClusters} questions have a correct (or a wrong) answer. No model was trained on these "
                + $"questions.",
            ["Model", .. report.Levels.Select(l => l.Label)]
        );
        foreach (var model in report.Models)
        {
            table.Add(model.Label, report.Levels.Select(level => Cell.Share(report.Find(model.Key, level)?.Pooled.Accuracy)));
        }

        return table
            .AddFoot(
                "questions",
                report.Levels.Select(level =>
                    Cell.Count(report.Models.Max(m => report.Find(m.Key, level)?.Pooled.Questions ?? 0)).Below(TrainingOf(level))
                )
            )
            .Draw();
    }

    private static string TrainingOf(ReportedLevel level) =>
        level.Trained
            ? level.Harder
                ? "trained, harder"
                : "trained"
            : level.Harder
                ? "harder, not trained"
                : "not trained";

    /// <summary>Averages over levels and tasks, as in the paper's table 1. A mean of one level is that level's accuracy, so it is left
    /// out.</summary>
    private static Markup Means(RunReport report)
    {
        var groups = LevelGroups.Of(report.Levels).ToList();
        var families = TaskFamilies
            .Of(report.Levels)
            .Where(f => f.Levels.Count > 1 && !(HaveEqualWeights(f) && groups.Any(g => g.Levels.SequenceEqual(f.Levels))))
            .ToList();
        var listed = groups
            .Where(g => g.Name != LevelGroups.All)
            .Select(g => (Words: LevelGroups.Words(g.Name), g.Levels))
            .Concat(families.Where(f => f.Group != TaskFamilies.Overall).Select(f => (Words: TaskFamilies.Words(f.Group), f.Levels)))
            .Select(g => $"{Capitalized(g.Words)}: {string.Join(", ", g.Levels.Select(l => l.Label))}.");
        var table = new Table(
            $"Means of these accuracies in percent. Every level has the same weight, whatever its number of questions. "
                + $"{string.Join(" ", listed)}{TasksNote(families)}",
            ["Model", .. groups.Select(g => LevelGroups.Words(g.Name)), .. families.Select(f => TaskFamilies.Words(f.Group))]
        );
        foreach (var model in report.Models)
        {
            Cell Of(IReadOnlyList<MeanAccuracy> means, string group) =>
                Cell.Share(means.FirstOrDefault(m => m.Model == model.Key && m.Group == group)?.Accuracy);
            table.Add(
                model.Label,
                [.. groups.Select(g => Of(report.Means, g.Name)), .. families.Select(f => Of(report.Families, f.Group))]
            );
        }

        return table.Draw();
    }

    private static string TasksNote(IEnumerable<TaskFamily> families) =>
        families.Any(f => f.Group == TaskFamilies.Overall)
            ? " In the mean of tasks every task has the same weight; a trained task counts with its harder levels."
            : "";

    private static bool HaveEqualWeights(TaskFamily family) => family.Weights.Max() - family.Weights.Min() < 1e-9;

    private static string Capitalized(string words) => char.ToUpperInvariant(words[0]) + words[1..];

    private static Markup Outcomes(RunReport report)
    {
        int[] ks = [.. report.Evaluations.SelectMany(e => e.Pooled.PassAtK.Keys).Where(k => k > 1).Distinct().Order()];
        int[] majorityKs = [.. report.Evaluations.SelectMany(e => e.Pooled.MajorityAtK.Keys).Where(k => k > 2).Distinct().Order()];
        Outcome[] outcomes = [Outcome.Wrong, Outcome.Unparseable, Outcome.Truncated, Outcome.Unscored];
        var table = new Table(
            "pass@k (unbiased), majority@k (over all subsets of k samples) and finished responses (which ended before the limit) in "
                + "percent; responses by outcome. Every response counts, and only correct ones count as correct. Unscored are "
                + "those that the grader could not grade.",
            [
                "Model",
                .. ks.Select(k => $"pass@{k}"),
                .. majorityKs.Select(k => $"majority@{k}"),
                "finished",
                "samples",
                .. outcomes.Select(o => o.ToString().ToLowerInvariant()),
            ]
        ).AddByLevel(
            report,
            report.Evaluations,
            e => (e.Task, e.Level),
            (rows, e) =>
                rows.Add(
                    report.LabelOf(e.Model),
                    [
                        .. ks.Select(k => Cell.Share(e.Pooled.PassAtK.GetValueOrDefault(k))),
                        .. majorityKs.Select(k => Cell.Share(e.Pooled.MajorityAtK.GetValueOrDefault(k))),
                        Cell.Share(e.Pooled.Finished),
                        Cell.Count(e.Pooled.Samples),
                        .. outcomes.Select(o => Cell.Count(e.Pooled.Outcomes.GetValueOrDefault(o))),
                    ]
                )
        );
        return HtmlWriter.Of($"<details><summary>pass@k, majority@k and outcomes</summary>{table.Draw()}</details>");
    }

    /// <summary>Models that were trained once per seed. The base model may have one evaluation for all seeds.</summary>
    private static Markup Seeds(RunReport report)
    {
        long[] seeds = [.. report.Evaluations.SelectMany(e => e.Seeds).Select(s => s.Seed).Distinct().Order()];
        var several = report.Evaluations.Where(e => e.SeedDeviation is not null).ToList();
        if (several.Count == 0)
        {
            return Markup.None;
        }

        var table = new Table(
            "Accuracy in percent, one training run per seed. Deviation: standard deviation of the seeds in points. Last column: interval "
                + "of all seeds together, over seeds and questions, which is rough for few seeds.",
            ["Model", .. seeds.Select(s => $"seed {s}"), "deviation", "interval over seeds"]
        ).AddByLevel(
            report,
            several,
            e => (e.Task, e.Level),
            (rows, e) =>
                rows.Add(
                    report.LabelOf(e.Model),
                    [
                        .. seeds.Select(seed => Cell.Share(e.Seeds.FirstOrDefault(s => s.Seed == seed)?.Figures.Accuracy)),
                        Cell.Number(100 * e.SeedDeviation, 1),
                        Cell.ShareInterval(e.AcrossSeeds),
                    ]
                )
        );
        return HtmlWriter.Of($"<details open=\"open\"><summary>Each seed, and how much the seeds differ</summary>{table.Draw()}</details>");
    }
}
