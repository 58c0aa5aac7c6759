namespace SkillFactory.Engine.Sampling.Paging;

/// <summary>A request as the scheduler sees it.</summary>
/// <param name="PromptLength">Tokens of the prompt, at least one.</param>
/// <param name="Samples">Responses to sample.</param>
/// <param name="MaxNewTokens">Most tokens of a response, at least one.</param>
internal readonly record struct PlannedRequest(int PromptLength, int Samples, int MaxNewTokens)
{
    /// <summary>Positions of the longest sequence. The last token of a response is never read.</summary>
    public int Positions => PromptLength + MaxNewTokens - 1;

    /// <summary>Pages of the prompt, which its responses share.</summary>
    public int PromptPages => PageTable.PagesFor(PromptLength);

    /// <summary>Pages that a response of full length adds. All but the last one copy a partly filled last page of the prompt; the last
    /// one takes it over.</summary>
    public int PagesOf(int sample) => PageTable.PagesFor(Positions) - (sample == Samples - 1 ? PromptPages : PromptLength / PageTable.Size);

    /// <summary>Pages for one response of full length with its prompt: without them the request can never start.</summary>
    public int LeastPages => PromptPages + PagesOf(0);
}
