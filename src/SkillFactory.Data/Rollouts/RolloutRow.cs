using SkillFactory.Core.Sampling;

namespace SkillFactory.Data.Rollouts;

/// <summary>A rollout with its origin.</summary>
/// <param name="Experiment">Experiment id.</param>
/// <param name="Seed">Seed of the run.</param>
/// <param name="Arm">Arm name; the first one for a stage that several arms share.</param>
/// <param name="Stage">sample, reflect, grpo, evaluate, ….</param>
/// <param name="Checkpoint">For evaluations, the name of the evaluated checkpoint; otherwise empty.</param>
/// <param name="Prompt">The user message, or null if it was not kept.</param>
/// <param name="Rollout">The rollout. Token ids, log-probabilities per token and the ends of attempts are not written.</param>
public sealed record RolloutRow(string Experiment, long Seed, string Arm, string Stage, string Checkpoint, string? Prompt, Rollout Rollout)
{
    /// <summary>The question's gold answer, or null if it was not kept.</summary>
    public string? Gold { get; init; }
}
