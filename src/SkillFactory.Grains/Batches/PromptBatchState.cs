using System.Text.Json.Serialization;
using SkillFactory.Contracts.Batches;
using SkillFactory.Contracts.State;
using SkillFactory.Core.Artifacts;

namespace SkillFactory.Grains.Batches;

/// <summary>What is stored of a prompt batch.</summary>
[StateVersion(1)]
public sealed class PromptBatchState
{
    public BatchPhase Phase { get; set; }

    public ArtifactRef? Spec { get; set; }

    /// <summary>Attempts begun; the latest one's number.</summary>
    public int Attempts { get; set; }

    /// <summary>Attempts that reported a failure.</summary>
    public HashSet<int> FailedAttempts { get; set; } = [];

    /// <summary>Attempts begun when the batch was last opened; losses and failures before do not count.</summary>
    public int OpenedAt { get; set; }

    public BatchOutcome? Outcome { get; set; }

    public string? Error { get; set; }

    /// <summary>Whether the error is a person's to mend.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool UserError { get; set; }
}
