using SkillFactory.Evaluation.Statistics;
using SkillFactory.Reporting.ArmComparisons;
using SkillFactory.Reporting.Measurements;
using SkillFactory.Reporting.Report;

namespace SkillFactory.Reporting.Pages;

/// <summary>Comparisons between arms, of each arm with its earlier stages, and with best of n.</summary>
internal static class ArmComparisonSection
{
    public static Markup Draw(RunReport report) => HtmlWriter.Of($"{BetweenArms(report)}{Gains(report)}{Means(report)}{BestOfN(report)}");

    /// <summary>One row per comparison, whatever the number of things that its sides have in common.</summary>
    private static Markup BetweenArms(RunReport report)
    {
        var comparisons = report
            .Conclusions.GroupBy(c => (c.Task, c.Level, c.Left, c.Right, c.BestOf, c.Choice))
            .Select(g => (Conclusion: g.First(), Basis: string.Join(", ", g.Select(c => ComparisonBasis.Words(c.Basis)))))
            .ToList();
        if (comparisons.Count == 0)
        {
            return Markup.None;
        }

        var hasSeveralSeeds = report.Comparisons.Any(c => c.AcrossSeeds is not null);
        var table = new Table(
            "Difference of accuracy in points between arms, left minus right, paired by question. "
                + (hasSeveralSeeds ? "Interval over seeds: the interval of the same difference over seeds and questions. " : "")
                + "Corrected p: exact sign-flip test over questions with Holm's correction "
                + "over all comparisons of this table. Better: the significantly better side, whose interval excludes zero and whose "
                + $"corrected p is below {NumberFormat.Number(1 - report.Run.Confidence, 3)}.",
            ["Compared", "Basis", "difference", "interval over seeds", "seeds agreeing", "corrected p", "Better"],
            2
        ).AddByLevel(
            report,
            comparisons,
            c => (c.Conclusion.Task, c.Conclusion.Level),
            (rows, c) => AddComparison(rows, report, c.Conclusion, c.Basis)
        );
        return HtmlWriter.Of(
            $"{table.Draw()}<p class=\"note\">Equal training tokens: the totals differ by at most 10 %; sampling and SFT count. Equal "
                + $"inference tokens: the tokens per answer differ by at most 10 %. For best of n, it is the smallest n that spends at "
                + $"least as many tokens as the single response; reflections count when they choose the answer.</p>"
        );
    }

    private static void AddComparison(Table table, RunReport report, LevelConclusion conclusion, string basis)
    {
        var right = BestOfNChoices.ModelName(report.LabelOf(conclusion.Right), conclusion.BestOf, conclusion.Choice);
        var across = report
            .Comparisons.First(c =>
                c.Left == conclusion.Left
                && c.Right == conclusion.Right
                && c.BestOf == conclusion.BestOf
                && c.Choice == conclusion.Choice
                && c.Task == conclusion.Task
                && c.Level == conclusion.Level
            )
            .AcrossSeeds;
        table.Add(
            Cell.Text($"{report.LabelOf(conclusion.Left)} − {right}").Below($"{conclusion.Difference.Count} questions"),
            Cell.Text(basis),
            Cell.Points(conclusion.Difference),
            Cell.PointsInterval(across),
            conclusion.Seeds > 1 ? Cell.Figure($"{conclusion.SeedsAgreeing} of {conclusion.Seeds}") : Cell.None,
            Cell.Figure(NumberFormat.P(conclusion.AdjustedP)),
            Cell.Text(BetterSide(conclusion))
        );
    }

    private static string BetterSide(LevelConclusion conclusion) =>
        !conclusion.ToldApart ? "not significant"
        : conclusion.Ahead == conclusion.Left ? "left"
        : "right";

    /// <summary>The gain of each stage: every model against the base model, and the final model of an arm against its earlier
    /// checkpoint.</summary>
    private static Markup Gains(RunReport report)
    {
        var table = new Table(
            "Gain of accuracy in points, paired by question: each model minus the base model, and final models minus earlier checkpoints. "
                + "A level on which the base model has an accuracy near zero cannot show forgetting.",
            ["Compared", .. report.Levels.Select(l => l.Label)]
        );
        var gains = report.Comparisons.Where(c => c.BestOf is null && c.Family == ComparisonFamily.Stages);
        foreach (var pair in gains.GroupBy(c => (c.Left, c.Right)))
        {
            table.Add(
                $"{report.LabelOf(pair.Key.Left)} − {report.LabelOf(pair.Key.Right)}",
                report.Levels.Select(l => Cell.Points(pair.FirstOrDefault(c => c.Task == l.Task && c.Level == l.Level)?.Accuracy))
            );
        }

        return table.Draw();
    }

    private static Markup Means(RunReport report)
    {
        var groups = LevelGroups.Of(report.Levels).Select(g => g.Name).ToList();
        var table = new Table(
            "The differences of both tables in points, averaged over levels with equal weights.",
            ["Compared", .. groups.Select(LevelGroups.Words)]
        );
        foreach (var pair in report.MeanComparisons.GroupBy(m => (m.Left, m.Right)))
        {
            table.Add(
                $"{report.LabelOf(pair.Key.Left)} − {report.LabelOf(pair.Key.Right)}",
                groups.Select(g => Cell.Points(pair.FirstOrDefault(m => m.Group == g)?.Accuracy))
            );
        }

        return table.Draw();
    }

    private static Markup BestOfN(RunReport report)
    {
        if (report.BestOfN.Count == 0)
        {
            return Markup.None;
        }

        var table = new Table(
            "Accuracy in percent when one of n answers is chosen. Majority: the most frequent answer. By reflection: the first answer "
                + "that the reflections of the base model judge Correct; without one, the first answer. Any correct: at least one answer "
                + "is correct, the upper bound of every choice. Tokens per final answer: of all n answers; with their reflections; and in "
                + "turn, when generation stops at the first answer judged Correct.",
            ["Model", "n", "single answer", "majority", "by reflection", "any correct", "answer tokens", "with reflections", "in turn"]
        ).AddByLevel(
            report,
            report.BestOfN,
            b => (b.Pooled.Task, b.Pooled.Level),
            (rows, b) =>
                rows.Add(
                    Cell.Text(report.LabelOf(b.Model)).Below($"{b.Pooled.Questions} questions"),
                    Cell.Count(b.Pooled.N),
                    SingleOf(report, b),
                    Cell.Share(b.Pooled.Majority),
                    Cell.Share(b.Pooled.Verifier),
                    Cell.Share(b.Pooled.Oracle),
                    Cell.Number(b.Pooled.AnswerTokens?.Value, 1),
                    Cell.Number(b.Pooled.Tokens?.Value, 1),
                    Cell.Number(b.Pooled.SequentialTokens?.Value, 1)
                )
        );
        return HtmlWriter.Of($"<h3>Best of n</h3>{table.Draw()}");
    }

    /// <summary>The accuracy of a single answer is the same for every n, so it is shown with the first.</summary>
    private static Cell SingleOf(RunReport report, BestOfNEvaluation best)
    {
        var first = report.BestOfN.First(b =>
            b.Model == best.Model && b.Pooled.Task == best.Pooled.Task && b.Pooled.Level == best.Pooled.Level
        );
        return best == first || best.Pooled.Single != first.Pooled.Single ? Cell.Share(best.Pooled.Single) : Cell.None;
    }
}
