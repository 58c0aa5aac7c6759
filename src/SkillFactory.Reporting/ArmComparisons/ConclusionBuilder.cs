using SkillFactory.Reporting.Measurements;
using SkillFactory.Reporting.Report;

namespace SkillFactory.Reporting.ArmComparisons;

/// <summary>States what the comparisons between final models of different arms show, one sentence per level and basis.</summary>
internal static class ConclusionBuilder
{
    public static IReadOnlyList<LevelConclusion> Build(
        IReadOnlyList<ArmComparison> comparisons,
        IReadOnlyList<EvaluatedModel> models,
        IReadOnlyList<ReportedLevel> levels,
        double confidence
    )
    {
        var byKey = models.ToDictionary(m => m.Model.Key, m => m.Model);
        return
        [
            .. from comparison in comparisons
            where comparison.Family == ComparisonFamily.Arms
            let left = byKey[comparison.Left]
            let right = byKey[comparison.Right]
            where right.Arm != left.Arm
            let level = levels.First(l => l.Task == comparison.Task && l.Level == comparison.Level)
            from basis in comparison.Basis
            select Conclude(comparison, basis, level, left, right, confidence),
        ];
    }

    private static LevelConclusion Conclude(
        ArmComparison comparison,
        string basis,
        ReportedLevel level,
        ReportedModel left,
        ReportedModel right,
        double confidence
    )
    {
        var difference = comparison.Accuracy;
        var excludesZero = difference.Interval?.ExcludesZero ?? false;
        var isSignificant = comparison.IsSignificant(confidence);
        var agreeing = comparison.Seeds.Count(s => Math.Sign(s.Accuracy.Value) == Math.Sign(difference.Value));
        return new LevelConclusion(
            Task: comparison.Task,
            Level: comparison.Level,
            Harder: level.Harder,
            Basis: basis,
            Left: comparison.Left,
            Right: comparison.Right,
            BestOf: comparison.BestOf,
            Choice: comparison.Choice,
            Ahead: difference.Value == 0 ? null
                : difference.Value > 0 ? comparison.Left
                : comparison.Right,
            ExcludesZero: excludesZero,
            ToldApart: isSignificant,
            Difference: difference,
            AdjustedP: comparison.AdjustedP,
            SeedsAgreeing: agreeing,
            Seeds: comparison.Seeds.Count,
            Text: Text()
        );

        string Text()
        {
            var rightName = BestOfNChoices.ModelName(right.Label, comparison.BestOf, comparison.Choice);
            var (better, worse) = difference.Value >= 0 ? (left.Label, rightName) : (rightName, left.Label);
            var numbers =
                $"{left.Label} − {rightName}: {NumberFormat.Points(difference)} points, "
                + $"corrected p {NumberFormat.P(comparison.AdjustedP)}";
            var reason =
                isSignificant ? ""
                : difference.Interval is null ? "; too few questions for an interval"
                : excludesZero ? "; the interval excludes zero, but the corrected p is too large"
                : "; the interval includes zero";
            var seeds = comparison.Seeds.Count > 1 ? $"; {agreeing} of {comparison.Seeds.Count} seeds agree" : "";
            var result = isSignificant
                ? $"{better} is better than {worse}"
                : $"no significant difference between {left.Label} and {rightName}";
            return $"{level.Label}, {ComparisonBasis.Words(basis)}: {result} ({numbers}{reason}{seeds}).";
        }
    }
}
