using SkillFactory.Core.Recipes;

namespace SkillFactory.Core.Planning;

/// <summary>How much work a stage is, as far as the recipe says it before the stage runs.</summary>
public static class PlannedWork
{
    /// <summary>Sequences that a stage generates, trains on or builds: at most this many if its input may be smaller. Stages of the same
    /// kind can be compared by it. Null if it depends on an imported file or a token budget.</summary>
    public static long? SequencesOf(ExperimentPlan plan, PlanNode node) =>
        node.Settings switch
        {
            SampleStageSettings { Sampling.TokenBudget: null } s => AttemptsOf(s.Sampling),
            ReplayStageSettings { Sampling.TokenBudget: null } s => AttemptsOf(s.Sampling),
            ReflectStageSettings s => s.Reflection.PerAttempt * MostAttemptsOf(SamplingOf(plan, node)),
            TracesStageSettings s => TracesOf(plan, node, s),
            SftStageSettings s => SftRowsOf(plan, node, s.Sft) is { } rows ? (long)Math.Ceiling(rows * s.Sft.Epochs) : null,
            GrpoStageSettings { Grpo.TokenBudget: null } s => ResponsesOf(s.Grpo),
            EvaluateStageSettings s => ResponsesOf(s.Evaluation),
            BudgetForcingStageSettings s => ResponsesOf(s.Evaluation),
            BestOfNStageSettings s => ResponsesOf(s.Evaluation),
            _ => null,
        };

    /// <summary>Attempts of the first round.</summary>
    internal static long AttemptsOf(SamplingSettings s) => (long)s.Questions * s.Variants.Count * s.AttemptsPerVariant;

    /// <summary>Attempts of all rounds.</summary>
    internal static long MostAttemptsOf(SamplingSettings s) => AttemptsOf(s) * (s.Rounds ?? 1);

    internal static long ResponsesOf(EvaluationSettings e) =>
        e.Sets.Sum(s => (s.Questions ?? e.Questions) * (long)(s.Samples ?? e.Samples));

    internal static long ResponsesOf(GrpoSettings s) => (long)s.Steps * s.PromptsPerStep * s.GroupSize;

    internal static long TracesOf(ExperimentPlan plan, PlanNode node, TracesStageSettings s) =>
        (long)SamplingOf(plan, node).Questions * s.Traces.Attempts * s.Traces.Repeats;

    /// <summary>Most rows of an SFT stage, traces and replayed answers; null if traces are imported and not limited.</summary>
    internal static long? SftRowsOf(ExperimentPlan plan, PlanNode node, SftSettings s)
    {
        var dataset = plan[node.Inputs.First(i => i.Role == PlanRoles.Dataset).Node];
        var most = Math.Min(
            dataset.Settings is TracesStageSettings traces ? TracesOf(plan, dataset, traces) : long.MaxValue,
            s.Rows ?? long.MaxValue
        );
        if (most == long.MaxValue)
        {
            return null;
        }

        return s is { Replay: { } replay, Rows: null } ? (long)Math.Ceiling(most / (1 - replay.Share)) : most;
    }

    /// <summary>The settings of the sample stage whose attempts a stage reads.</summary>
    internal static SamplingSettings SamplingOf(ExperimentPlan plan, PlanNode node) =>
        ((SampleStageSettings)plan[node.Inputs.First(i => i.Role == PlanRoles.Attempts).Node].Settings).Sampling;
}
