namespace SkillFactory.Engine.Sampling.Paging;

/// <summary>A prompt that is being prefilled, or whose pages its responses share.</summary>
/// <param name="request">Index of the request.</param>
/// <param name="length">Tokens of the prompt.</param>
/// <param name="samples">Responses to sample.</param>
/// <param name="pages">Its pages.</param>
internal sealed class PromptSequence(int request, int length, int samples, PageTable pages)
{
    public int Request => request;

    public int Length => length;

    public int Samples => samples;

    public PageTable Pages => pages;

    /// <summary>Positions whose keys and values are in the cache, or will be after the current step.</summary>
    public int Prefilled { get; set; }

    /// <summary>Responses that have a place, their first token drawn or not.</summary>
    public int Admitted { get; set; }

    public int Finished { get; set; }
}
