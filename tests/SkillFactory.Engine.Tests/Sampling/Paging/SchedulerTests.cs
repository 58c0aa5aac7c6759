using SkillFactory.Core.Randomness;
using SkillFactory.Engine.Sampling.Paging;

namespace SkillFactory.Engine.Tests.Sampling.Paging;

/// <summary>Random batches run through the scheduler with a cache that stores who wrote each position. Every step is checked against rules
/// that are computed from the batch alone.</summary>
public class SchedulerTests
{
    [Fact]
    public void Random_batches_lose_duplicate_and_mix_no_row_and_return_all_pages()
    {
        var stream = new KeyedRandom(11).Stream();
        var (shared, waited, chunked) = (0, 0, 0);
        for (var round = 0; round < 400; round++)
        {
            var requests = Enumerable
                .Range(0, stream.Next(0, 9))
                .Select(_ => new PlannedRequest(stream.Next(1, 140), stream.Next(0, 7), stream.Next(1, 90)))
                .ToArray();
            var least = requests.Where(r => r.Samples > 0).Select(r => r.LeastPages).DefaultIfEmpty(1).Max();
            var run = new Run(requests, least + stream.Next(0, 40), stream.Next(1, 14), stream.Next(1, 200));
            run.Finish(stream);
            shared += run.Shared;
            waited += run.WaitedForPages;
            chunked += run.CutPrompts;
        }

        Assert.True(shared > 500 && waited > 500 && chunked > 100, $"rare cases must occur: {shared}, {waited}, {chunked}");
    }

    [Fact]
    public void A_finished_rows_place_is_taken_in_the_next_step()
    {
        var pool = new PagePool(1000);
        var scheduler = new Scheduler([new PlannedRequest(4, 3, 50), new PlannedRequest(5, 2, 50)], pool, maxRows: 2, chunk: 100);
        var first = scheduler.Next()!;
        Assert.Equal([0, 1], first.Starts.Single().Responses.Select(r => r.Sample));
        scheduler.Finish(first.Starts[0].Responses[0]);
        scheduler.Continue(first.Starts[0].Responses[1]);
        var second = scheduler.Next()!;
        Assert.Single(second.Rows);
        Assert.Equal(2, second.Starts.Single().Responses.Single().Sample);
        Assert.Empty(second.Chunks);
    }

    [Fact]
    public void A_prompt_is_read_once_and_its_full_pages_are_shared()
    {
        var pool = new PagePool(1000);
        var request = new PlannedRequest(3 * PageTable.Size + 1, 5, 2);
        var scheduler = new Scheduler([request], pool, maxRows: 5, chunk: 1000);
        var step = scheduler.Next()!;
        Assert.Equal(request.PromptLength, step.Chunks.Sum(c => c.Count));
        var copies = step.Starts.Single().Responses.Select(scheduler.Continue).ToArray();

        // Four copies of the partly filled last page; the last response takes over the original.
        Assert.Equal([true, true, true, true, false], copies.Select(c => c is not null));
        Assert.Equal(3 + 5, pool.Used);
        Assert.Single(step.Starts[0].Responses.Select(r => string.Join(' ', r.Pages!.Pages.Take(3))).Distinct());
    }

    [Fact]
    public void Pages_out_of_use_and_more_pages_than_there_are_cannot_be_taken()
    {
        var pool = new PagePool(1);
        var page = pool.Take();
        Assert.Throws<InvalidOperationException>(() => pool.Take());
        pool.Share(page);
        pool.Release(page);
        Assert.Equal(1, pool.Used);
        pool.Release(page);
        Assert.Throws<InvalidOperationException>(() => pool.Release(page));
        Assert.Throws<InvalidOperationException>(() => pool.Share(page));
        Assert.Equal((0, 1), (pool.Used, pool.Peak));
    }

    private sealed class Run
    {
        private readonly PlannedRequest[] _requests;
        private readonly PagePool _pool;
        private readonly Scheduler _scheduler;
        private readonly int _maxRows;
        private readonly int _chunk;
        private readonly Dictionary<(int Page, int At), string> _cache = [];
        private readonly Dictionary<ResponseSequence, int> _drawn = [];
        private readonly HashSet<(int, int)> _started = [];
        private readonly HashSet<(int, int)> _finished = [];
        private readonly int[] _read;
        private readonly List<(int Request, int Sample)> _order;

        public Run(PlannedRequest[] requests, int pages, int maxRows, int chunk)
        {
            (_requests, _maxRows, _chunk) = (requests, maxRows, chunk);
            _pool = new PagePool(pages);
            _scheduler = new Scheduler(requests, _pool, maxRows, chunk);
            _read = new int[requests.Length];
            _order = [.. requests.SelectMany((r, i) => Enumerable.Range(0, r.Samples).Select(s => (i, s)))];
        }

        public int Shared { get; private set; }

        public int WaitedForPages { get; private set; }

        public int CutPrompts { get; private set; }

        public void Finish(RandomStream stream)
        {
            while (_scheduler.Next() is { } plan)
            {
                Check(plan);
                foreach (var chunk in plan.Chunks)
                {
                    foreach (var p in Enumerable.Range(chunk.From, chunk.Count))
                    {
                        _cache[At(chunk.Prompt.Pages, p)] = $"{chunk.Prompt.Request}:{p}";
                    }
                }

                foreach (var row in plan.Rows)
                {
                    _cache[At(row.Pages!, row.Length)] = Name(row, row.Length);
                    row.Length++;
                    for (var p = 0; p < row.Length; p++)
                    {
                        Assert.Equal(Name(row, p), _cache[At(row.Pages!, p)]);
                    }
                }

                foreach (var row in plan.Rows.Concat(plan.Starts.SelectMany(s => s.Responses)))
                {
                    Draw(row, stream);
                }

                Assert.True(_pool.Used <= _scheduler.Promised && _scheduler.Promised <= _pool.Capacity);
            }

            Assert.Equal(_order.ToHashSet(), _finished);
            Assert.Equal((0, 0L, 0), (_pool.Used, _scheduler.Promised, _scheduler.Places));
            Assert.Null(_scheduler.Next());
        }

        private static string Name(ResponseSequence row, int position) =>
            position < row.Prompt.Length ? $"{row.Prompt.Request}:{position}" : $"{row.Prompt.Request}#{row.Sample}:{position}";

        private static (int, int) At(PageTable table, int position) => (table.Pages[position / PageTable.Size], position % PageTable.Size);

        private void Draw(ResponseSequence row, RandomStream stream)
        {
            var count = _drawn[row] = _drawn.GetValueOrDefault(row) + 1;
            if (count == _requests[row.Prompt.Request].MaxNewTokens || stream.NextBool(0.05))
            {
                Assert.True(_finished.Add((row.Prompt.Request, row.Sample)), "a row finishes once");
                _scheduler.Finish(row);
                _drawn.Remove(row);
            }
            else if (count == 1 && _scheduler.Continue(row) is var (from, to))
            {
                foreach (var at in Enumerable.Range(0, row.Prompt.Length % PageTable.Size))
                {
                    _cache[(to, at)] = _cache[(from, at)];
                }
            }

            Shared += row.Pages is { } pages && pages != row.Prompt.Pages && row.Prompt.Length >= PageTable.Size ? 1 : 0;
        }

        private void Check(StepPlan plan)
        {
            // Every started and unfinished row gets a token, and nothing else.
            Assert.Equal(_drawn.Keys.ToHashSet(), plan.Rows.ToHashSet());
            Assert.Equal(plan.Rows.Count, plan.Rows.Distinct().Count());
            Assert.True(plan.Rows.Count > 0 || plan.Chunks.Count > 0 || plan.Starts.Count > 0, "a step does something");

            // Prompts are read in order, each position once, as much as a step may read.
            foreach (var chunk in plan.Chunks)
            {
                Assert.Equal(_read[chunk.Prompt.Request], chunk.From);
                _read[chunk.Prompt.Request] += chunk.Count;
                CutPrompts += chunk.IsLast ? 0 : 1;
            }

            Assert.True(plan.Chunks.Sum(c => c.Count) <= _chunk);
            Assert.True(plan.Chunks.Count(c => !c.IsLast) <= 1);

            // Rows start in the order of the requests, when their prompt is read.
            foreach (var (prompt, responses) in plan.Starts)
            {
                Assert.Equal(prompt.Length, _read[prompt.Request]);
                foreach (var response in responses)
                {
                    Assert.Equal(_order[_started.Count], (prompt.Request, response.Sample));
                    Assert.True(_started.Add((prompt.Request, response.Sample)));
                }
            }

            // No place stays empty while the next row fits. Places are taken in order, so they are the first unfinished ones.
            var admitted = _order.Where(r => !_finished.Contains(r)).Take(_scheduler.Places).ToHashSet();
            Assert.True(_scheduler.Places <= _maxRows);
            Assert.All(_started.Where(r => !_finished.Contains(r)), r => Assert.Contains(r, admitted));
            var all = _finished.Concat(admitted).ToHashSet();
            if (all.Count < _order.Count && _scheduler.Places < _maxRows)
            {
                WaitedForPages++;
                all.Add(_order[all.Count]);
                Assert.True(Pages(all) > _pool.Capacity, "the next row would fit");
            }
        }

        /// <summary>Pages that rows of full length and their prompts need, when so many have had a place and some have finished.</summary>
        private long Pages(HashSet<(int Request, int Sample)> all)
        {
            long pages = 0;
            foreach (var group in all.GroupBy(r => r.Request))
            {
                var request = _requests[group.Key];
                var running = group.Where(r => !_finished.Contains(r)).ToArray();
                if (running.Length == 0 && group.Count() == request.Samples)
                {
                    continue;
                }

                // The prompt; then, for each row, the pages after the full ones of the prompt. The last row uses the prompt's own.
                var total = (request.PromptLength + request.MaxNewTokens - 1 + PageTable.Size - 1) / PageTable.Size;
                var (full, begun) = (request.PromptLength / PageTable.Size, (request.PromptLength + PageTable.Size - 1) / PageTable.Size);
                pages += begun + running.Sum(r => total - (r.Sample == request.Samples - 1 ? begun : full));
            }

            return pages;
        }
    }
}
