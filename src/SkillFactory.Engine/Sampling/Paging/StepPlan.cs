namespace SkillFactory.Engine.Sampling.Paging;

/// <summary>Part of a prompt that a step reads.</summary>
/// <param name="Prompt">The prompt.</param>
/// <param name="From">First position.</param>
/// <param name="Count">Number of positions.</param>
internal readonly record struct PromptChunk(PromptSequence Prompt, int From, int Count)
{
    public bool IsLast => From + Count == Prompt.Length;
}

/// <summary>What one forward pass computes.</summary>
/// <param name="Rows">Responses that get their next token: each adds the position of its last one.</param>
/// <param name="Chunks">Parts of prompts to read.</param>
/// <param name="Starts">Prompts that are read when the step is over, with the responses that get their first token from them.</param>
internal sealed record StepPlan(
    IReadOnlyList<ResponseSequence> Rows,
    IReadOnlyList<PromptChunk> Chunks,
    IReadOnlyList<(PromptSequence Prompt, IReadOnlyList<ResponseSequence> Responses)> Starts
);
