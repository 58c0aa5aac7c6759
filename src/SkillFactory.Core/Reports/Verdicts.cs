namespace SkillFactory.Core.Reports;

/// <summary>Comparisons between the arms' final models as sentences, one per level and basis.</summary>
internal static class Verdicts
{
    public static IReadOnlyList<LevelVerdict> Of(IReadOnlyList<Comparison> comparisons, IReadOnlyList<EvaluatedModel> models, IReadOnlyList<ReportedLevel> levels)
    {
        var byKey = models.ToDictionary(m => m.Model.Key, m => m.Model);
        var verdicts =
            from c in comparisons
            let left = byKey[c.Left]
            let right = byKey.GetValueOrDefault(c.Right)
            where left.Final && right is not null && (right.Final || c.BestOf is not null) && (right.Arm != left.Arm)
            // Best of n that spends other than the single response does says nothing at equal tokens; it stays in the comparisons.
            where c.BestOf is null || c.Basis.Contains(Comparisons.EqualInferenceTokens)
            let level = levels.First(l => l.Task == c.Task && l.Level == c.Level)
            from basis in c.Basis
            select Make(c, basis, level, left, right);
        return [.. verdicts];
    }

    public static string Words(string basis) => basis switch
    {
        Comparisons.EqualSteps => "at equal steps",
        Comparisons.EqualTrainingTokens => "at equal training tokens",
        Comparisons.EqualInferenceTokens => "at equal inference tokens",
        _ => "as trained",
    };

    private static LevelVerdict Make(Comparison c, string basis, ReportedLevel level, ReportedModel left, ReportedModel right)
    {
        var difference = c.Accuracy;
        var excludesZero = difference.Interval?.ExcludesZero ?? false;
        var ahead = difference.Value == 0 ? null : difference.Value > 0 ? c.Left : c.Right;
        var rightName = c.BestOf is { } n ? $"{right.Label} with best of {n}" : right.Label;
        var (winner, loser) = difference.Value >= 0 ? (left.Label, rightName) : (rightName, left.Label);
        var agreeing = c.Seeds.Count(s => Math.Sign(s.Accuracy.Value) == Math.Sign(difference.Value));
        var points = Figures.Points(difference);
        var seeds = c.Seeds.Count > 1 ? $"; {agreeing} of {c.Seeds.Count} seeds agree" : "";
        var text = excludesZero
            ? $"{level.Label}, {Words(basis)}: {winner} is ahead of {loser} (difference {left.Label} − {rightName}: {points} points; the interval excludes zero{seeds})."
            : $"{level.Label}, {Words(basis)}: {left.Label} and {rightName} cannot be told apart (difference {points} points; {(difference.Interval is null ? "too few questions for an interval" : "the interval includes zero")}{seeds}).";
        return new LevelVerdict(c.Task, c.Level, level.Harder, basis, c.Left, c.Right, c.BestOf, ahead, excludesZero, difference, agreeing, c.Seeds.Count, text);
    }
}
