using SkillFactory.Contracts.Batches;
using SkillFactory.Contracts.State;
using SkillFactory.Core.Artifacts;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Grains.Batches;

/// <summary>Stored state of a prompt batch.</summary>
[StateVersion(1)]
public sealed class PromptBatchState
{
    public BatchPhase Phase { get; set; }

    public ArtifactRef? Spec { get; set; }

    /// <summary>Executions begun, which is also the number of the latest.</summary>
    public int Executions { get; set; }

    /// <summary>Executions that reported a failure since the batch was last opened.</summary>
    public HashSet<int> FailedExecutions { get; set; } = [];

    /// <summary>Executions begun before the batch was last opened; they do not count against its limits.</summary>
    public int EarlierExecutions { get; set; }

    public BatchOutcome? Outcome { get; set; }

    /// <summary>Of the last execution that failed.</summary>
    public Failure? Failure { get; set; }
}
