namespace SkillFactory.Engine.Training;

/// <summary>One tokenized sequence of a training batch.</summary>
/// <param name="tokens">Prompt and response ids.</param>
/// <param name="loss">Per token, whether predicting it carries loss. Always false for the first.</param>
public sealed class TrainingSequence(int[] tokens, bool[] loss)
{
    public int[] Tokens { get; } = tokens;

    public bool[] Loss { get; } = loss;

    /// <summary>GRPO: the group-relative advantage of every response token, unless <see cref="TokenAdvantages"/> is set.</summary>
    public float Advantage { get; init; } = 1;

    /// <summary>GRPO with credit per part of a response: one advantage per loss token. Null to use <see cref="Advantage"/> for
    /// all.</summary>
    public float[]? TokenAdvantages { get; init; }

    /// <summary>GRPO: log p of each loss token under the old policy: when it was sampled, or as the trainer computed it before the step's
    /// first update. Null for SFT.</summary>
    public float[]? OldLogProbs { get; init; }

    /// <summary>GRPO with truncated importance sampling: the weight of each loss token in the surrogate. Null for 1.</summary>
    public float[]? ImportanceWeights { get; init; }

    /// <summary>Number of tokens that carry loss.</summary>
    public int LossTokens { get; } = loss.Count(l => l);
}
