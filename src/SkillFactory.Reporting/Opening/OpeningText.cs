using SkillFactory.Core.Recipes;
using SkillFactory.Reporting.Measurements;
using SkillFactory.Reporting.Report;

namespace SkillFactory.Reporting.Opening;

/// <summary>Writes the opening of a report in sentences: what was trained, the largest gain and loss, the means, and what they
/// cost.</summary>
internal static class OpeningText
{
    /// <summary>With more arms than this, their stages are not listed.</summary>
    private const int FewArms = 4;

    /// <summary>Other gains (losses) of the same models are named too if they are at least this share of the largest.</summary>
    private const double AlsoShare = 0.5;

    /// <param name="report">A report with its effects.</param>
    public static IReadOnlyList<string> Of(RunReport report, Recipe recipe) =>
        [Trained(report, recipe), .. Extreme(report, "gain", 1), .. Extreme(report, "loss", -1), .. Means(report), .. Costs(report)];

    private static string Trained(RunReport report, Recipe recipe)
    {
        var arms = recipe.Arms.Where(a => EvaluatedModels.FinalCheckpoint(recipe, a.Name) is StageNames.Sft or StageNames.Grpo).ToList();
        var seeds = $"with seed{(recipe.Seeds.Count == 1 ? "" : "s")} {And(recipe.Seeds.Select(s => $"{s}"))}";
        var names = And(arms.Select(a => arms.Count <= FewArms ? $"{a.Name} ({Stages(a)})" : a.Name));
        return arms.Count == 0
            ? $"{report.Run.BaseModel} was evaluated without training on {Levels(recipe.Evaluation.Sets)}, {seeds}."
            : $"{report.Run.BaseModel} was trained on {Levels(recipe.TrainingSources())} in {arms.Count} "
                + $"arm{(arms.Count == 1 ? "" : "s")}, {names}, {seeds}.";
    }

    private static string Stages(ArmSettings arm) =>
        string.Join(", ", arm.Stages.Select(s => s is StageNames.Sft or StageNames.Grpo ? s.ToUpperInvariant() : s));

    /// <summary>E.g. "countdown 3, 4 and 5 and on multiplication 2x1".</summary>
    private static string Levels(IEnumerable<QuestionSource> sources) =>
        string.Join(
            " and on ",
            sources
                .Select(s => (s.Task, s.Level))
                .Distinct()
                .GroupBy(s => s.Task)
                .Select(task => ReportedLevel.LabelOf(task.Key, And(task.Select(s => s.Level))))
        );

    private static IEnumerable<string> Extreme(RunReport report, string name, int sign)
    {
        if (report.Effects.Count == 0)
        {
            yield break;
        }

        double Size(LevelEffect effect) => sign * effect.Difference.Value;
        var all = report.Effects.SelectMany(p => p.Levels.Select(e => (Pair: p, Effect: e))).Where(e => Size(e.Effect) > 0).ToList();
        if (all.Count == 0)
        {
            yield return $"Largest {name}: none.";
            yield break;
        }

        var (pair, largest) = all.MaxBy(e => Size(e.Effect));
        var text =
            $"Largest {name}: {LabelOf(largest)}, from {NumberFormat.Percent(largest.From)} % ({report.LabelOf(pair.Against)}) to "
            + $"{NumberFormat.Percent(largest.To)} % ({report.LabelOf(pair.Model)}){Remark(largest)}";
        var also = pair
            .Levels.Where(e => e != largest && Size(e) >= Math.Max(EffectBuilder.LargeDifference, AlsoShare * Size(largest)))
            .OrderByDescending(Size)
            .Select(e => $"{LabelOf(e)} from {NumberFormat.Percent(e.From)} to {NumberFormat.Percent(e.To)} %{Remark(e)}")
            .ToList();
        yield return also.Count == 0 ? $"{text}." : $"{text}; also {And(also)}.";
    }

    private static string LabelOf(LevelEffect effect) => ReportedLevel.LabelOf(effect.Task, effect.Level);

    private static string Remark(LevelEffect effect) => effect.Significant ? "" : ", not significant";

    /// <summary>The mean accuracy of every model in the effects.</summary>
    private static IEnumerable<string> Means(RunReport report)
    {
        var means = report
            .Models.Where(m => report.Effects.Any(p => p.Model == m.Key || p.Against == m.Key))
            .Select(m => (m.Label, report.Means.FirstOrDefault(x => x.Model == m.Key && x.Group == LevelGroups.All)?.Accuracy))
            .Where(m => m.Accuracy is not null)
            .Select(m => $"{m.Label} {NumberFormat.Percent(m.Accuracy!.Value)} %")
            .ToList();
        if (means.Count > 0)
        {
            yield return $"{Capitalized(LevelGroups.Words(LevelGroups.All))}: {string.Join(", ", means)}.";
        }
    }

    private static string Capitalized(string words) => char.ToUpperInvariant(words[0]) + words[1..];

    /// <summary>The cost of the main arm, and of the arms with the largest gain and loss.</summary>
    private static IEnumerable<string> Costs(RunReport report)
    {
        var effects = report.Effects.SelectMany(p => p.Levels.Select(e => (Pair: p, e.Difference.Value))).ToList();
        var extremes = effects.Count == 0 ? [] : new[] { effects.MaxBy(e => e.Value).Pair.Model, effects.MinBy(e => e.Value).Pair.Model };
        foreach (var model in report.Effects.Take(1).Select(p => p.Model).Concat(extremes).Distinct())
        {
            var pairs = report.Effects.Where(p => p.Model == model).ToList();
            var training = pairs
                .Where(p => p.AgainstTrainingTokens > 0)
                .Select(p =>
                    $"{NumberFormat.Times(p.TrainingTokens / p.AgainstTrainingTokens)} those of {report.LabelOf(p.Against)} "
                    + $"({NumberFormat.Tokens(p.AgainstTrainingTokens)})"
                );
            var inference = pairs
                .Where(p => p is { ResponseTokens: > 0, AgainstResponseTokens: > 0 })
                .Select(p =>
                    $"{NumberFormat.Times(p.ResponseTokens!.Value / p.AgainstResponseTokens!.Value)} those of {report.LabelOf(p.Against)} "
                    + $"({NumberFormat.Number(p.AgainstResponseTokens, 0)})"
                );
            var trainingTokens = List($"{NumberFormat.Tokens(pairs[0].TrainingTokens)} training tokens", training);
            var responseTokens = List($"{NumberFormat.Number(pairs[0].ResponseTokens, 0)} tokens per response", inference);
            yield return $"Cost of {report.LabelOf(model)}: {trainingTokens}; {responseTokens}.";
        }
    }

    private static string List(string first, IEnumerable<string> rest) => string.Join(", ", rest.Prepend(first));

    private static string And(IEnumerable<string> items)
    {
        var all = items.ToList();
        return all.Count < 2 ? string.Concat(all) : $"{string.Join(", ", all[..^1])} and {all[^1]}";
    }
}
