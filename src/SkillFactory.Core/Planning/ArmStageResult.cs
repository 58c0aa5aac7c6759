namespace SkillFactory.Core.Planning;

/// <summary>A finished stage as one arm of one seed uses it. A stage that several arms share appears once per arm.</summary>
/// <param name="Stage">Kind of the stage; see <see cref="StageKinds"/>.</param>
/// <param name="Checkpoint">For evaluations, one of <see cref="Checkpoints"/>; otherwise empty.</param>
/// <param name="Reused">Whether the result existed already, so that nothing was run.</param>
public sealed record ArmStageResult(long Seed, string Arm, string Stage, string Checkpoint, StageResult Result, bool Reused)
{
    /// <summary>As in <see cref="PlanUse"/>.</summary>
    public int Round { get; init; } = 1;
}
