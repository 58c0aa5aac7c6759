using SkillFactory.Core.Artifacts;

namespace SkillFactory.Contracts.Messages;

/// <summary>The training data of an SFT stage is complete; starts the learner. Published at least once.</summary>
public sealed record DatasetReady(string ExperimentId, string SftStageKey, ArtifactRef Dataset);

/// <summary>A checkpoint is in the artifact store. Published at least once.</summary>
/// <param name="Version">Training steps done.</param>
public sealed record CheckpointReady(string ExperimentId, string StageName, long Version, ArtifactRef Weights);

/// <summary>An evaluation is finished. Published at least once.</summary>
public sealed record EvaluationCompleted(string ExperimentId, string StageName, ArtifactRef Summary);

/// <summary>An experiment changed phase. Published at least once; <paramref name="Revision"/> orders the messages of an
/// experiment.</summary>
public sealed record ExperimentStateChanged(string ExperimentId, string Phase, long Revision);
