namespace SkillFactory.Engine.Sampling.Paging;

/// <summary>The numbers of the pages of a cache, with how many sequences refer to each. It knows nothing of their content. Not
/// thread-safe.</summary>
/// <param name="capacity">Most pages in use at a time.</param>
internal sealed class PagePool(long capacity)
{
    private readonly List<int> _references = [];
    private readonly Stack<int> _free = [];

    public long Capacity => capacity;

    /// <summary>Pages in use.</summary>
    public int Used { get; private set; }

    /// <summary>Most pages in use so far.</summary>
    public int Peak { get; private set; }

    /// <summary>Takes a page, with one reference. Numbers start at 0, and a returned one is taken before a new one.</summary>
    public int Take()
    {
        if (Used >= capacity)
        {
            throw new InvalidOperationException($"all {capacity} pages are in use");
        }

        if (!_free.TryPop(out var page))
        {
            page = _references.Count;
            _references.Add(0);
        }

        _references[page] = 1;
        Peak = Math.Max(Peak, ++Used);
        return page;
    }

    /// <summary>Adds a reference.</summary>
    public void Share(int page)
    {
        RequireInUse(page);
        _references[page]++;
    }

    /// <summary>Drops a reference; with the last one the page is free.</summary>
    public void Release(int page)
    {
        RequireInUse(page);
        if (--_references[page] == 0)
        {
            _free.Push(page);
            Used--;
        }
    }

    private void RequireInUse(int page)
    {
        if (page < 0 || page >= _references.Count || _references[page] == 0)
        {
            throw new InvalidOperationException($"page {page} is not in use");
        }
    }
}
