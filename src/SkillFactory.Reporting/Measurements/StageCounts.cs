using SkillFactory.Core.Metrics;
using SkillFactory.Core.Planning;
using SkillFactory.Core.Recipes;
using SkillFactory.Evaluation.Statistics;
using SkillFactory.Reporting.Report;
using SkillFactory.Reporting.RunFolder;

namespace SkillFactory.Reporting.Measurements;

/// <summary>Reads training tokens, gate checks and times from the counts that stages record.</summary>
internal static class StageCounts
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
                        Arm: g.Key.Arm,
                        Seed: g.Key.Seed,
                        Sampled: sampled,
                        Reflected: reflected,
                        SftTrained: sft,
                        GateGenerated: gate,
                        GrpoGenerated: grpo,
                        Total: sampled + reflected + sft + gate + grpo
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
                Arm: stage.Arm,
                Seed: stage.Seed,
                StopAfterCorrect: Share(counts, CountNames.GateStopAfterCorrect, run.Recipe.Evaluation.Confidence),
                StopAfterIncorrect: Share(counts, CountNames.GateStopAfterIncorrect, run.Recipe.Evaluation.Confidence),
                WellFormed: Share(counts, CountNames.GateWellFormed, run.Recipe.Evaluation.Confidence),
                Held: counts[CountNames.GateHeld] > 0,
                Extensions: (int)counts.GetValueOrDefault(CountNames.GateExtensions),
                Steps: (int)counts.GetValueOrDefault(CountNames.Steps),
                MinStopAfterCorrect: limits.MinStopAfterCorrect,
                MaxStopAfterIncorrect: limits.MaxStopAfterIncorrect,
                MinWellFormed: limits.MinWellFormed
            ),
        ];

    public static IReadOnlyList<StageTime> Times(RunExport run)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        return
        [
            .. run.Stages.Select(s => new StageTime(
                Seed: s.Seed,
                Arm: s.Arm,
                Stage: s.Stage,
                Checkpoint: s.Checkpoint,
                Key: s.Result.Key,
                WallSeconds: s.Result.WallSeconds,
                Reused: s.Reused,
                Shared: !seen.Add(s.Result.Key),
                Counts: s.Result.Counts
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

    /// <summary>A share that a stage recorded as its value and its number of cases (NAME_count).</summary>
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
