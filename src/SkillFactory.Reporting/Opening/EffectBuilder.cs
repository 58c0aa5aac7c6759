using SkillFactory.Core.Planning;
using SkillFactory.Core.Recipes;
using SkillFactory.Evaluation.Statistics;
using SkillFactory.Reporting.ArmComparisons;
using SkillFactory.Reporting.Measurements;
using SkillFactory.Reporting.Report;

namespace SkillFactory.Reporting.Opening;

/// <summary>Finds the gains and losses to name: the main arm against the base model and against every baseline, and every other
/// arm against the base model.</summary>
internal static class EffectBuilder
{
    /// <summary>With more pairs of models than this, only the pairs with the largest effects are kept.</summary>
    public const int MaxPairs = 6;

    /// <summary>A difference of accuracy that is always named, 5 points, whether it is significant or not.</summary>
    public const double LargeDifference = 0.05;

    /// <param name="report">A report with its comparisons.</param>
    /// <returns>The pairs in the order above. The largest gain and the largest loss of all pairs are always among them.</returns>
    public static IReadOnlyList<ModelEffects> Build(RunReport report, Recipe recipe)
    {
        var all = Pairs(report, recipe).Select(p => Compare(p.Model, p.Against, report, recipe)).OfType<ModelEffects>().ToList();
        if (all.Count <= MaxPairs)
        {
            return all;
        }

        var kept = all.OrderByDescending(p => p == all[0])
            .ThenByDescending(p => p == all.MaxBy(Gain) || p == all.MaxBy(Loss))
            .ThenByDescending(p => Math.Max(Gain(p), Loss(p)))
            .Take(MaxPairs)
            .ToHashSet();
        return [.. all.Where(kept.Contains)];
    }

    private static double Gain(ModelEffects pair) => pair.Levels.Select(e => e.Difference.Value).DefaultIfEmpty().Max();

    private static double Loss(ModelEffects pair) => -pair.Levels.Select(e => e.Difference.Value).DefaultIfEmpty().Min();

    private static IReadOnlyList<(ReportedModel Model, ReportedModel Against)> Pairs(RunReport report, Recipe recipe)
    {
        List<ReportedModel> Finals(IEnumerable<string> arms) =>
            [.. arms.Select(a => FinalModel(report, recipe, a)).OfType<ReportedModel>().Distinct()];
        var main = MainArm.Of(recipe) is { } arm ? FinalModel(report, recipe, arm) : null;
        var start = report.Models.FirstOrDefault(m => m.Key == Checkpoints.Base);
        var others = Finals(recipe.Arms.Select(a => a.Name)).Where(m => m != main).ToList();
        var variants = Finals(MainArm.Variants(recipe));
        return
        [
            .. main is not null && start is not null ? [(main, start)] : Array.Empty<(ReportedModel, ReportedModel)>(),
            .. main is not null ? others.Where(m => !variants.Contains(m)).Select(baseline => (main, baseline)) : [],
            .. start is not null ? others.Select(other => (other, start)) : [],
        ];
    }

    /// <summary>The model of an arm's last checkpoint, which it may share with another arm. Null when the arm has no training or its last
    /// checkpoint is not evaluated yet.</summary>
    private static ReportedModel? FinalModel(RunReport report, Recipe recipe, string arm)
    {
        var checkpoint = EvaluatedModels.FinalCheckpoint(recipe, arm);
        var key = $"{arm}/{checkpoint}";
        return checkpoint == Checkpoints.Base ? null : report.Models.FirstOrDefault(m => m.Key == key || m.Aliases.Contains(key));
    }

    private static ModelEffects? Compare(ReportedModel model, ReportedModel against, RunReport report, Recipe recipe)
    {
        var effects = report.Levels.Select(level => Effect(model, against, level, report, recipe)).OfType<LevelEffect>().ToList();
        if (effects.Count == 0)
        {
            return null;
        }

        var shared = report
            .Levels.Select(l => (Model: report.Find(model.Key, l)?.Pooled.Tokens, Against: report.Find(against.Key, l)?.Pooled.Tokens))
            .Where(t => t.Model is not null && t.Against is not null)
            .ToList();
        return new ModelEffects(
            Model: model.Key,
            Against: against.Key,
            Levels: [.. LevelKinds.InOrder.SelectMany(kind => Named([.. effects.Where(e => e.Kind == kind)]))],
            Mean: Mean(model, against, report),
            TrainingTokens: model.TrainingTokens,
            AgainstTrainingTokens: against.TrainingTokens,
            ResponseTokens: shared.Count == 0 ? null : shared.Average(t => t.Model!.Value),
            AgainstResponseTokens: shared.Count == 0 ? null : shared.Average(t => t.Against!.Value)
        );
    }

    /// <summary>The effects of one kind of level that are named.</summary>
    private static IEnumerable<LevelEffect> Named(IReadOnlyList<LevelEffect> effects)
    {
        var (gain, loss) = (effects.MaxBy(e => e.Difference.Value), effects.MinBy(e => e.Difference.Value));
        return effects
            .Where(e => e.Difference.Value != 0)
            .Where(e => e.Significant || Math.Abs(e.Difference.Value) >= LargeDifference || e == gain || e == loss)
            .OrderByDescending(e => Math.Sign(e.Difference.Value))
            .ThenByDescending(e => Math.Abs(e.Difference.Value));
    }

    private static LevelEffect? Effect(ReportedModel model, ReportedModel against, ReportedLevel level, RunReport report, Recipe recipe)
    {
        var comparison = report.Comparisons.FirstOrDefault(c =>
            c.BestOf is null && c.Task == level.Task && c.Level == level.Level && IsPair(c.Left, c.Right, model, against)
        );
        if (
            comparison is null
            || report.Find(model.Key, level)?.Pooled.Accuracy is not { } to
            || report.Find(against.Key, level)?.Pooled.Accuracy is not { } from
        )
        {
            return null;
        }

        return new LevelEffect(
            Kind: LevelKinds.Of(level, recipe),
            Task: level.Task,
            Level: level.Level,
            From: from.Value,
            To: to.Value,
            Difference: Oriented(comparison.Accuracy, comparison.Left, model),
            Significant: comparison.IsSignificant(report.Run.Confidence)
        );
    }

    private static MeanEffect? Mean(ReportedModel model, ReportedModel against, RunReport report)
    {
        var comparison = report.MeanComparisons.FirstOrDefault(c => c.Group == LevelGroups.All && IsPair(c.Left, c.Right, model, against));
        Estimate? Of(ReportedModel m) => report.Means.FirstOrDefault(x => x.Model == m.Key && x.Group == LevelGroups.All)?.Accuracy;
        return comparison is not null && Of(against) is { } from && Of(model) is { } to
            ? new MeanEffect(from.Value, to.Value, Oriented(comparison.Accuracy, comparison.Left, model))
            : null;
    }

    private static bool IsPair(string left, string right, ReportedModel one, ReportedModel other) =>
        (left == one.Key && right == other.Key) || (left == other.Key && right == one.Key);

    /// <summary>A difference as model minus the other one.</summary>
    private static Estimate Oriented(Estimate difference, string left, ReportedModel model) =>
        left == model.Key ? difference : difference.Negated();
}
