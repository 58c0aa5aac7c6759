namespace SkillFactory.Engine.Sampling.Paging;

/// <summary>
/// Decides what each step computes. Responses get places in the order of their requests, one as soon as another has finished, as long as
/// there are places and, for responses of full length, pages. A prompt is read once, in chunks, and shares its pages with its responses.
/// </summary>
/// <remarks>
/// Pages are promised at admission for the full length and taken when they are needed, so a response that has started never waits and
/// never fails. The plans depend on the requests, the limits and on when responses finish; never on time or on free memory.
/// </remarks>
/// <param name="requests">All requests.</param>
/// <param name="pool">The pages. A request may need at most all of them (<see cref="PlannedRequest.LeastPages"/>).</param>
/// <param name="maxRows">Most responses at a time.</param>
/// <param name="chunk">Most prompt tokens of a step.</param>
internal sealed class Scheduler(IReadOnlyList<PlannedRequest> requests, PagePool pool, int maxRows, int chunk)
{
    private readonly List<ResponseSequence> _rows = [];
    private readonly List<PromptSequence> _prompts = [];
    private readonly List<ResponseSequence> _waiting = [];
    private int _nextRequest;
    private int _places;
    private long _promised;

    /// <summary>Pages that are promised to admitted responses.</summary>
    public long Promised => _promised;

    /// <summary>Responses that have a place.</summary>
    public int Places => _places;

    /// <summary>The next step; null when everything is finished. The pages of its positions are taken.</summary>
    public StepPlan? Next()
    {
        Admit();
        if (_places == 0)
        {
            return null;
        }

        foreach (var row in _rows)
        {
            row.Pages!.Extend(row.Length + 1);
        }

        var chunks = Chunks();
        return new StepPlan([.. _rows], chunks, Starts());
    }

    /// <summary>Gives a started response its pages, after its first token is drawn and if it goes on. Its next position is in the next
    /// step.</summary>
    /// <returns>The page to copy and its copy; null for none.</returns>
    public (int From, int To)? Continue(ResponseSequence response)
    {
        var prompt = response.Prompt;
        (int, int)? copy = null;
        if (response.Sample == prompt.Samples - 1)
        {
            // The last response takes over the pages of the prompt.
            response.Pages = prompt.Pages;
        }
        else
        {
            (response.Pages, copy) = prompt.Pages.Fork(prompt.Length);
        }

        _rows.Add(response);
        return copy;
    }

    /// <summary>Ends a response after its first or a later token: its place and pages are free.</summary>
    public void Finish(ResponseSequence response)
    {
        var prompt = response.Prompt;
        var request = requests[prompt.Request];
        var last = response.Sample == prompt.Samples - 1;
        if (response.Pages is not null)
        {
            _rows.Remove(response);
        }

        if (response.Pages is not null || last)
        {
            (response.Pages ?? prompt.Pages).Release();
        }

        _places--;
        _promised -= request.PagesOf(response.Sample);
        if (++prompt.Finished == prompt.Samples)
        {
            _promised -= request.PromptPages;
            _prompts.Remove(prompt);
        }
    }

    private void Admit()
    {
        while (_places < maxRows)
        {
            var prompt = _prompts.Count > 0 && _prompts[^1].Admitted < _prompts[^1].Samples ? _prompts[^1] : null;
            while (prompt is null && _nextRequest < requests.Count && requests[_nextRequest].Samples == 0)
            {
                _nextRequest++;
            }

            if (prompt is null && _nextRequest == requests.Count)
            {
                return;
            }

            var request = requests[prompt?.Request ?? _nextRequest];
            var pages = request.PagesOf(prompt?.Admitted ?? 0) + (prompt is null ? request.PromptPages : 0);
            if (_promised + pages > pool.Capacity)
            {
                return;
            }

            if (prompt is null)
            {
                prompt = new PromptSequence(_nextRequest++, request.PromptLength, request.Samples, new PageTable(pool));
                _prompts.Add(prompt);
            }

            _promised += pages;
            _places++;
            _waiting.Add(new ResponseSequence(prompt, prompt.Admitted++));
        }
    }

    private List<PromptChunk> Chunks()
    {
        var chunks = new List<PromptChunk>();
        var room = chunk;
        foreach (var prompt in _prompts)
        {
            var count = Math.Min(room, prompt.Length - prompt.Prefilled);
            if (count > 0)
            {
                chunks.Add(new PromptChunk(prompt, prompt.Prefilled, count));
                prompt.Prefilled += count;
                prompt.Pages.Extend(prompt.Prefilled);
                room -= count;
            }
        }

        return chunks;
    }

    private List<(PromptSequence, IReadOnlyList<ResponseSequence>)> Starts()
    {
        var starts = new List<(PromptSequence, IReadOnlyList<ResponseSequence>)>();
        foreach (var group in _waiting.GroupBy(r => r.Prompt).Where(g => g.Key.Prefilled == g.Key.Length))
        {
            starts.Add((group.Key, [.. group]));
        }

        _waiting.RemoveAll(r => r.Prompt.Prefilled == r.Prompt.Length);
        return starts;
    }
}
