using SkillFactory.Core.Metrics;
using SkillFactory.Core.Planning;
using SkillFactory.Core.Recipes;
using SkillFactory.Evaluation.Statistics;

namespace SkillFactory.Reporting;

/// <summary>Tokens, gates and times from the stages' counts.</summary>
internal static class Accounts
{
    public static IReadOnlyList<TokenAccount> Tokens(RunExport run) =>
        [
            .. InArmOrder(run)
                .Select(g =>
                {
                    double Sum(string stage, string count) =>
                        g.Where(s => s.Stage == stage).DistinctBy(s => s.Result.Key).Sum(s => s.Result.Counts.GetValueOrDefault(count));
                    var (sampled, reflected) = (
                        Sum(StageNames.Sample, StageResult.GeneratedTokens),
                        Sum(StageNames.Reflect, StageResult.GeneratedTokens)
                    );
                    var (sft, gate) = (Sum(StageNames.Sft, StageResult.TrainedTokens), Sum(StageNames.Sft, StageResult.GeneratedTokens));
                    var grpo = Sum(StageNames.Grpo, StageResult.GeneratedTokens);
                    return new TokenAccount(
                        g.Key.Arm,
                        g.Key.Seed,
                        sampled,
                        reflected,
                        sft,
                        gate,
                        grpo,
                        sampled + reflected + sft + gate + grpo
                    );
                })
                .Where(t => t.Total > 0),
        ];

    public static IReadOnlyList<GateResult> Gates(RunExport run) =>
        [
            .. from stages in InArmOrder(run)
            from stage in stages
            where stage.Stage == StageNames.Sft && stage.Result.Counts.ContainsKey(CountNames.GateHeld)
            let arm = run.Recipe.Arms.FirstOrDefault(a => a.Name == stage.Arm)
            let limits = (
                (arm is null ? null : ArmRound.Of(run.Recipe, arm).ElementAtOrDefault(stage.Round - 1)?.Sft) ?? run.Recipe.Sft
            ).Gate
                ?? new SftGate()
            let counts = stage.Result.Counts
            select new GateResult(
                stage.Arm,
                stage.Seed,
                Share(counts, CountNames.GateStopAfterCorrect, run.Recipe.Evaluation.Confidence),
                Share(counts, CountNames.GateStopAfterIncorrect, run.Recipe.Evaluation.Confidence),
                Share(counts, CountNames.GateWellFormed, run.Recipe.Evaluation.Confidence),
                counts[CountNames.GateHeld] > 0,
                (int)counts.GetValueOrDefault(CountNames.GateExtensions),
                (int)counts.GetValueOrDefault(CountNames.Steps),
                limits.MinStopAfterCorrect,
                limits.MaxStopAfterIncorrect,
                limits.MinWellFormed
            ),
        ];

    public static IReadOnlyList<StageTime> Stages(RunExport run)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        return
        [
            .. run.Stages.Select(s => new StageTime(
                s.Seed,
                s.Arm,
                s.Stage,
                s.Checkpoint,
                s.Result.Key,
                s.Result.WallSeconds,
                s.Reused,
                !seen.Add(s.Result.Key),
                s.Result.Counts
            )),
        ];
    }

    private static IEnumerable<IGrouping<(string Arm, long Seed), ArmStageResult>> InArmOrder(RunExport run)
    {
        var order = run.Recipe.Arms.Select((a, i) => (a.Name, i)).ToDictionary(a => a.Name, a => a.i);
        return run
            .Stages.GroupBy(s => (s.Arm, s.Seed))
            .OrderBy(g => order.GetValueOrDefault(g.Key.Arm, int.MaxValue))
            .ThenBy(g => g.Key.Seed);
    }

    /// <summary>A share recorded as its value and, under NAME_count, its cases.</summary>
    private static Estimate? Share(IReadOnlyDictionary<string, double> counts, string name, double confidence)
    {
        var cases = (int)counts.GetValueOrDefault(CountNames.CasesOf(name));
        return Finite(counts, name) is { } value && cases > 0
            ? new Proportion((int)Math.Round(value * cases), cases).ToEstimate(confidence)
            : null;
    }

    private static double? Finite(IReadOnlyDictionary<string, double> counts, string name) =>
        counts.TryGetValue(name, out var value) && double.IsFinite(value) ? value : null;
}
