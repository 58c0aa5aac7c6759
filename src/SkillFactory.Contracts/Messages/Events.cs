using SkillFactory.Core.Artifacts;

namespace SkillFactory.Contracts.Messages;

/// <summary>A stage's training data is complete; starts the learner's SFT. Published at least once.</summary>
public sealed record DatasetReady(string ExperimentId, string SftStageKey, ArtifactRef Dataset);

/// <summary>A checkpoint can be read by others.</summary>
public sealed record CheckpointReady(string ExperimentId, string StageName, long Version, ArtifactRef Weights);

/// <summary>An evaluation is finished.</summary>
public sealed record EvaluationCompleted(string ExperimentId, string StageName, ArtifactRef Summary);

/// <summary>An experiment changed phase.</summary>
public sealed record ExperimentStateChanged(string ExperimentId, string Phase, long Revision);
