namespace SkillFactory.Engine.Sampling.Paging;

/// <summary>The pages of one sequence: position p is in page p / <see cref="Size"/>.</summary>
internal sealed class PageTable(PagePool pool)
{
    /// <summary>Positions of a page. Every vector width divides it, so that a page holds whole blocks of keys.</summary>
    public const int Size = 32;

    private readonly List<int> _pages = [];

    public IReadOnlyList<int> Pages => _pages;

    /// <summary>Number of pages that hold so many positions.</summary>
    public static int PagesFor(int positions) => (positions + Size - 1) / Size;

    /// <summary>Takes pages until there is room for so many positions.</summary>
    public void Extend(int positions)
    {
        while (_pages.Count * Size < positions)
        {
            _pages.Add(pool.Take());
        }
    }

    /// <summary>A table of a sequence that continues the first <paramref name="positions"/> of this one. Full pages are shared; a partly
    /// filled last one becomes a page of its own, to which the caller must copy the content.</summary>
    /// <returns>The table, and the page to copy with its copy; null when the last page is full.</returns>
    public (PageTable Table, (int From, int To)? Copy) Fork(int positions)
    {
        var fork = new PageTable(pool);
        foreach (var page in _pages[..(positions / Size)])
        {
            pool.Share(page);
            fork._pages.Add(page);
        }

        if (positions % Size == 0)
        {
            return (fork, null);
        }

        fork.Extend(positions);
        return (fork, (_pages[positions / Size], fork._pages[^1]));
    }

    /// <summary>Drops all pages.</summary>
    public void Release()
    {
        foreach (var page in _pages)
        {
            pool.Release(page);
        }

        _pages.Clear();
    }
}
