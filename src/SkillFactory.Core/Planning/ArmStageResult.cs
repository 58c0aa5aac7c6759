namespace SkillFactory.Core.Planning;

/// <summary>A finished stage as one arm of one seed sees it. A stage shared by several arms appears once for each.</summary>
/// <param name="Seed">The seed.</param>
/// <param name="Arm">Arm name.</param>
/// <param name="Stage">sample, reflect, traces, given, sft, grpo, evaluate, best_of_n.</param>
/// <param name="Checkpoint">For evaluations: what was evaluated ("base", "sft", "grpo"); else empty.</param>
/// <param name="Result">Its manifest.</param>
/// <param name="Reused">True when the artifact existed already and nothing was run.</param>
public sealed record ArmStageResult(long Seed, string Arm, string Stage, string Checkpoint, StageResult Result, bool Reused)
{
    /// <summary>From 1: which of the arm's rounds of sampling and fine-tuning.</summary>
    public int Round { get; init; } = 1;
}
