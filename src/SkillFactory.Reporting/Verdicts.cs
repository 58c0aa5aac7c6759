namespace SkillFactory.Reporting;

/// <summary>Comparisons between the arms' final models as sentences, one per level and basis.</summary>
internal static class Verdicts
{
    public static IReadOnlyList<LevelVerdict> Of(
        IReadOnlyList<Comparison> comparisons,
        IReadOnlyList<EvaluatedModel> models,
        IReadOnlyList<ReportedLevel> levels,
        double confidence
    )
    {
        var byKey = models.ToDictionary(m => m.Model.Key, m => m.Model);
        var verdicts =
            from c in comparisons
            where c.Family == Comparisons.Arms
            let left = byKey[c.Left]
            let right = byKey[c.Right]
            where right.Arm != left.Arm
            let level = levels.First(l => l.Task == c.Task && l.Level == c.Level)
            from basis in c.Basis
            select Make(c, basis, level, left, right, confidence);
        return [.. verdicts];
    }

    public static string Words(string basis) =>
        basis switch
        {
            Comparisons.EqualSteps => "at equal steps",
            Comparisons.EqualTrainingTokens => "at equal training tokens",
            Comparisons.EqualInferenceTokens => "at equal inference tokens",
            _ => "as trained",
        };

    /// <summary>"rl-only, best of 4 by its base's reflections".</summary>
    public static string NameOf(string label, int? bestOf, string? choice) =>
        bestOf is not { } n
            ? label
            : choice switch
            {
                Comparisons.Majority => $"majority of {n} by {label}",
                Comparisons.ReflectionInTurn => $"{label}, up to {n} until a reflection says Correct",
                _ => $"{label}, best of {n} by reflection",
            };

    private static LevelVerdict Make(
        Comparison c,
        string basis,
        ReportedLevel level,
        ReportedModel left,
        ReportedModel right,
        double confidence
    )
    {
        var difference = c.Accuracy;
        var excludesZero = difference.Interval?.ExcludesZero ?? false;
        var toldApart = excludesZero && c.AdjustedP < 1 - confidence;
        var ahead =
            difference.Value == 0 ? null
            : difference.Value > 0 ? c.Left
            : c.Right;
        var rightName = NameOf(right.Label, c.BestOf, c.Choice);
        var (winner, loser) = difference.Value >= 0 ? (left.Label, rightName) : (rightName, left.Label);
        var agreeing = c.Seeds.Count(s => Math.Sign(s.Accuracy.Value) == Math.Sign(difference.Value));
        var seeds = c.Seeds.Count > 1 ? $"; {agreeing} of {c.Seeds.Count} seeds agree" : "";
        var why =
            toldApart ? ""
            : difference.Interval is null ? "; too few questions for an interval"
            : excludesZero ? "; the interval excludes zero, but not after correction for all comparisons"
            : "; the interval includes zero";
        var words = $"{left.Label} − {rightName}: {Figures.Points(difference)} points, corrected p {Figures.P(c.AdjustedP)}{why}{seeds}";
        var text = toldApart
            ? $"{level.Label}, {Words(basis)}: {winner} is ahead of {loser} ({words})."
            : $"{level.Label}, {Words(basis)}: {left.Label} and {rightName} cannot be told apart ({words}).";
        return new LevelVerdict(
            c.Task,
            c.Level,
            level.Harder,
            basis,
            c.Left,
            c.Right,
            c.BestOf,
            c.Choice,
            ahead,
            excludesZero,
            toldApart,
            difference,
            c.AdjustedP,
            agreeing,
            c.Seeds.Count,
            text
        );
    }
}
