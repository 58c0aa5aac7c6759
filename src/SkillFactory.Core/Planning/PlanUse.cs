namespace SkillFactory.Core.Planning;

/// <summary>The use of a stage by an arm.</summary>
/// <param name="Checkpoint">For evaluations, one of <see cref="Checkpoints"/>; otherwise empty.</param>
/// <param name="Round">From 1: the arm's round that the stage belongs to. For grpo: its number among the arm's GRPO stages.</param>
public sealed record PlanUse(string Arm, string Checkpoint, int Round);
