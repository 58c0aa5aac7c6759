namespace SkillFactory.Engine.Sampling.Paging;

/// <summary>A response that has a place.</summary>
/// <param name="prompt">Its prompt.</param>
/// <param name="sample">Index of the response among those of the prompt.</param>
internal sealed class ResponseSequence(PromptSequence prompt, int sample)
{
    public PromptSequence Prompt => prompt;

    public int Sample => sample;

    /// <summary>Its pages, the shared ones of the prompt first; null until its first token is drawn.</summary>
    public PageTable? Pages { get; set; }

    /// <summary>Positions in the cache: those of the prompt and of all drawn tokens but the last.</summary>
    public int Length { get; set; } = prompt.Length;
}
