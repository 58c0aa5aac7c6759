namespace SkillFactory.Dispatch.Batches;

/// <summary>Identifies a set of batches.</summary>
/// <param name="ExperimentId">The owner, for fair share.</param>
/// <param name="PoolKey">Device class.</param>
/// <param name="StageKey">The stage the batches belong to.</param>
/// <param name="Part">Distinguishes the sets of one stage; empty for the only set.</param>
public sealed record BatchSet(string ExperimentId, string PoolKey, string StageKey, string Part = "");
