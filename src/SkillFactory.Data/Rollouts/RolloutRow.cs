using SkillFactory.Core.Sampling;

namespace SkillFactory.Data.Rollouts;

/// <summary>A rollout with where it comes from.</summary>
/// <param name="Experiment">Experiment id.</param>
/// <param name="Seed">Seed of the run.</param>
/// <param name="Arm">Arm name; for a stage that several arms share, the first of them.</param>
/// <param name="Stage">sample, reflect, grpo, evaluate, ….</param>
/// <param name="Checkpoint">For evaluations what was evaluated; else empty.</param>
/// <param name="Prompt">The user message it answers, or null when not kept.</param>
/// <param name="Rollout">The rollout. Token ids, log-probabilities of single tokens and the ends of attempts are not written.</param>
public sealed record RolloutRow(string Experiment, long Seed, string Arm, string Stage, string Checkpoint, string? Prompt, Rollout Rollout)
{
    /// <summary>The question's gold answer, or null when not kept.</summary>
    public string? Gold { get; init; }
}
