using System.Diagnostics;
using System.Runtime.InteropServices;
using SkillFactory.Core.Sampling;
using SkillFactory.Engine.Models;
using SkillFactory.Engine.Sampling.Attention;
using SkillFactory.Engine.Sampling.Drawing;
using SkillFactory.Engine.Sampling.Paging;
using SkillFactory.Primitives.Errors;
using SkillFactory.Tokenization;
using TorchSharp;
using static TorchSharp.torch;

namespace SkillFactory.Engine.Sampling;

/// <summary>
/// Samples a batch of requests. Each prompt is read once, in chunks, however many responses it gets, and its responses share its keys and
/// values. Each step adds one token to every response that has a place; a finished one's place is taken by the next response at once
/// (<see cref="Scheduler"/>).
/// </summary>
/// <remarks>
/// Work is done in slices (<see cref="Advance"/>) so that a device thread can do other work in between. All calls must come from one
/// thread. Results depend only on the requests, their order and the decoding; on CPUs with AVX-512 a response depends on its own request
/// alone (docs/decisions/0011-pages-and-places.md).
/// </remarks>
public sealed class Generation : IDisposable
{
    /// <summary>Multiply-adds for which a step reads prompts. Other work waits so long.</summary>
    private const long ChunkWork = 100_000_000_000;

    private const int MinChunk = 64;
    private const int MaxChunk = 1024;

    /// <summary>Logits that are computed at a time: 256 MiB.</summary>
    private const int MaxLogits = 64 << 20;

    private readonly DecoderWeights _weights;
    private readonly IReadOnlyList<GenerationRequest> _requests;
    private readonly Decoding _decoding;
    private readonly HashSet<int> _stops;
    private readonly int[] _stopTokens;
    private readonly StopTexts? _stopTexts;
    private readonly TokenSampler _sampler;
    private readonly Scheduler _scheduler;
    private readonly PagedAttention _attention;
    private readonly Dictionary<ResponseSequence, Response> _responses = [];

    /// <summary>Hidden states after the last position of prompts whose responses do not all have a place yet.</summary>
    private readonly Dictionary<PromptSequence, float[]> _promptEnds = [];

    /// <param name="weights">The weights to sample from. They must not change until the generation is done.</param>
    /// <param name="rotary">Position tables.</param>
    /// <param name="requests">All prompts of the batch.</param>
    /// <param name="decoding">How tokens are drawn.</param>
    /// <param name="stopTokens">Token ids that end a response.</param>
    /// <param name="tokenizer">The model's tokenizer; only stop texts need it.</param>
    /// <exception cref="UserErrorException">A prompt and its response limit exceed the model's positions or the memory for keys and
    /// values.</exception>
    public Generation(
        DecoderWeights weights,
        RotaryTable rotary,
        IReadOnlyList<GenerationRequest> requests,
        Decoding decoding,
        IReadOnlyCollection<int> stopTokens,
        Tokenizer? tokenizer = null
    )
        : this(weights, requests, decoding, stopTokens, tokenizer, PagedAttention.Create(weights, rotary)) { }

    /// <summary>With another form of the attention.</summary>
    internal Generation(
        DecoderWeights weights,
        IReadOnlyList<GenerationRequest> requests,
        Decoding decoding,
        IReadOnlyCollection<int> stopTokens,
        Tokenizer? tokenizer,
        PagedAttention attention
    )
    {
        var shape = weights.Layout.Shape;
        (_weights, _requests, _decoding, _attention) = (weights, requests, decoding, attention);
        (_stops, _stopTokens) = ([.. stopTokens], [.. stopTokens]);
        _stopTexts =
            decoding.Stop.Count == 0
                ? null
                : new StopTexts(tokenizer ?? throw new ArgumentNullException(nameof(tokenizer), "stop texts need it"), decoding.Stop);
        _sampler = new TokenSampler(shape.VocabSize, decoding);
        PlannedRequest[] planned = [.. requests.Select(r => new PlannedRequest(r.Prompt.Length, r.Samples, MaxTokens(r)))];
        CacheBudget.Require(shape, decoding, planned);
        var chunk = (int)Math.Clamp(ChunkWork / shape.WeightMultiplyAdds, MinChunk, MaxChunk);
        Pool = new PagePool(CacheBudget.Pages(shape, decoding));
        _scheduler = new Scheduler(planned, Pool, decoding.MaxRows, chunk);
    }

    /// <summary>Finished responses; ordered by request and sample once <see cref="Done"/>.</summary>
    public List<GeneratedSequence> Finished { get; } = [];

    public bool Done { get; private set; }

    /// <summary>Tokens generated so far.</summary>
    public long GeneratedTokens { get; private set; }

    internal PagePool Pool { get; }

    /// <summary>Works for about <paramref name="slice"/>, but at least one step.</summary>
    /// <returns><see cref="Done"/></returns>
    /// <exception cref="OperationCanceledException">It was cancelled in a step. The generation cannot go on.</exception>
    public bool Advance(TimeSpan slice, CancellationToken cancellationToken = default)
    {
        var started = Stopwatch.GetTimestamp();
        using var noGrad = no_grad();
        while (!Done)
        {
            using (NewDisposeScope())
            {
                if (_scheduler.Next() is { } plan)
                {
                    Step(plan, cancellationToken);
                }
                else
                {
                    Done = true;
                    Finished.Sort((a, b) => (a.Request, a.Sample).CompareTo((b.Request, b.Sample)));
                }
            }

            if (Stopwatch.GetElapsedTime(started) >= slice)
            {
                break;
            }
        }

        return Done;
    }

    public void Dispose() => _attention.Dispose();

    private int MaxTokens(GenerationRequest request) => request.MaxNewTokens ?? _decoding.MaxNewTokens;

    private void Step(StepPlan plan, CancellationToken cancellationToken)
    {
        var ids = plan.Rows.Select(r => (long)_responses[r].LastToken).ToList();
        var ends = new Dictionary<PromptSequence, int>();
        foreach (var chunk in plan.Chunks)
        {
            ids.AddRange(_requests[chunk.Prompt.Request].Prompt.AsSpan(chunk.From, chunk.Count).ToArray().Select(t => (long)t));
            if (chunk.IsLast)
            {
                ends[chunk.Prompt] = ids.Count - 1;
            }
        }

        Tensor? x = null;
        if (ids.Count > 0)
        {
            _attention.Begin(plan, cancellationToken);
            x = Decoder.Layers(_weights.Layout.Shape, _weights.Views, tensor(ids).to(_weights.Device.Torch), _attention);
        }

        foreach (var row in plan.Rows)
        {
            row.Length++;
        }

        // The drawn tokens change who has a place, so all hidden states are taken first.
        var hidden = Hidden(plan, x, ends);
        KeepEnds(x, ends);
        List<IReadOnlyList<Response>> drawing = [.. plan.Rows.Select(r => new[] { _responses[r] })];
        drawing.AddRange(plan.Starts.Select(s => s.Responses.Select(Begin).ToArray()));
        Draw(hidden, drawing);
    }

    /// <summary>The hidden states that give the next tokens: of each row, then of each prompt that starts responses.</summary>
    private Tensor Hidden(StepPlan plan, Tensor? x, Dictionary<PromptSequence, int> ends)
    {
        var fresh = Enumerable.Range(0, plan.Rows.Count).Select(r => (long)r).ToList();
        var stored = new List<Tensor>();
        foreach (var (prompt, _) in plan.Starts)
        {
            if (ends.TryGetValue(prompt, out var end))
            {
                fresh.Add(end);
            }
        }

        // At most one prompt has responses that could not start with the others: the one whose turn it is. It comes first.
        foreach (var (prompt, _) in plan.Starts)
        {
            if (!ends.ContainsKey(prompt))
            {
                stored.Add(tensor(_promptEnds[prompt]).to(_weights.Device.Torch).unsqueeze(0));
            }
        }

        if (x is null || fresh.Count == 0)
        {
            return cat(stored, 0);
        }

        var rows = fresh.Count == x.size(0) ? x : x.index_select(0, tensor(fresh).to(_weights.Device.Torch));
        return stored.Count == 0
            ? rows
            : cat([rows.narrow(0, 0, plan.Rows.Count), .. stored, rows.narrow(0, plan.Rows.Count, rows.size(0) - plan.Rows.Count)], 0);
    }

    /// <summary>Keeps the ends of prompts for responses that get a place later, and drops those that nobody needs any more.</summary>
    private void KeepEnds(Tensor? x, Dictionary<PromptSequence, int> ends)
    {
        foreach (var prompt in _promptEnds.Keys.Where(p => p.Admitted == p.Samples).ToArray())
        {
            _promptEnds.Remove(prompt);
        }

        foreach (var (prompt, row) in ends.Where(e => e.Key.Admitted < e.Key.Samples))
        {
            _promptEnds[prompt] = MemoryMarshal
                .Cast<byte, float>(x!.select(0, row).to_type(ScalarType.Float32).cpu().contiguous().bytes)
                .ToArray();
        }
    }

    private Response Begin(ResponseSequence sequence)
    {
        var request = _requests[sequence.Prompt.Request];
        var seen = _decoding.RepetitionPenalty == 1 ? null : new SeenTokens(_weights.Layout.Shape.VocabSize, request.Prompt);
        return _responses[sequence] = new Response(sequence, request.Random.Child(sequence.Sample), MaxTokens(request), seen);
    }

    /// <summary>Draws the next token of every response. Each row of <paramref name="hidden"/> is shared by some of them.</summary>
    private void Draw(Tensor hidden, List<IReadOnlyList<Response>> drawing)
    {
        var vocab = _weights.Layout.Shape.VocabSize;
        var most = Math.Max(1, MaxLogits / vocab);
        for (var first = 0; first < drawing.Count; first += most)
        {
            using var scope = NewDisposeScope();
            var count = Math.Min(most, drawing.Count - first);
            var logits = Decoder.Logits(_weights.Layout.Shape, _weights.Views, hidden.narrow(0, first, count));
            var host = MemoryMarshal.Cast<byte, float>(logits.to_type(ScalarType.Float32).cpu().contiguous().bytes);
            for (var r = 0; r < count; r++)
            {
                foreach (var response in drawing[first + r])
                {
                    Draw(host.Slice(r * vocab, vocab), response);
                }
            }
        }
    }

    private void Draw(ReadOnlySpan<float> logits, Response response)
    {
        var isFirst = response.Count == 0;
        var mayEnd = response.Count + 1 >= _decoding.MinNewTokens;
        var drawn = _sampler.Draw(logits, response.Uniform(), response.Seen, mayEnd ? [] : _stopTokens);
        response.Add(drawn);
        GeneratedTokens++;
        var completes = _stopTexts?.Completes(response.Tail, drawn.Token) ?? false;
        var stopped = mayEnd && (_stops.Contains(drawn.Token) || completes);
        if (stopped || response.IsFull)
        {
            Finished.Add(response.ToSequence(truncated: !stopped));
            _responses.Remove(response.Sequence);
            _scheduler.Finish(response.Sequence);
        }
        else if (isFirst && _scheduler.Continue(response.Sequence) is var (from, to))
        {
            _attention.Copy(from, to);
        }
    }
}
