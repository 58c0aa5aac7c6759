using System.Diagnostics;
using System.Runtime.InteropServices;
using SkillFactory.Core.Randomness;
using SkillFactory.Core.Sampling;
using SkillFactory.Engine.Models;
using SkillFactory.Primitives.Errors;
using TorchSharp;
using static TorchSharp.torch;

namespace SkillFactory.Engine.Sampling;

/// <summary>
/// Samples a batch of requests. Prompts are padded on the left to a common length and prefilled once each, however many responses they
/// get. Then each step adds one token to every row. Finished rows are dropped once there are enough of them.
/// </summary>
/// <remarks>
/// Work is done in slices (<see cref="Advance"/>) so that a device thread can do other work in between. All calls must come from one
/// thread. Results depend only on the requests, their order and the number of math threads.
/// </remarks>
public sealed class Generation : IDisposable
{
    /// <summary>Rows are compacted when the share of unfinished ones falls below this.</summary>
    private const double CompactBelow = 0.9;

    /// <summary>A compaction leaves a multiple of this many rows, because each new shape costs the matrix library some
    /// preparation.</summary>
    private const int RowMultiple = 16;

    private readonly DecoderWeights _weights;
    private readonly RotaryTable _rotary;
    private readonly IReadOnlyList<GenerationRequest> _requests;
    private readonly Decoding _decoding;
    private readonly HashSet<int> _stops;
    private readonly TokenSampler _sampler;
    private readonly int _promptLength;
    private List<Row> _rows = [];
    private DecodeCache? _cache;

    /// <param name="weights">The weights to sample from. They must not change until the generation is done.</param>
    /// <param name="rotary">Position tables.</param>
    /// <param name="requests">All prompts of the batch.</param>
    /// <param name="decoding">How tokens are drawn.</param>
    /// <param name="stopTokens">Token ids that end a response.</param>
    /// <exception cref="UserErrorException">A prompt and the response limit exceed the model's positions.</exception>
    public Generation(
        DecoderWeights weights,
        RotaryTable rotary,
        IReadOnlyList<GenerationRequest> requests,
        Decoding decoding,
        IReadOnlyCollection<int> stopTokens
    )
    {
        _weights = weights;
        _rotary = rotary;
        _requests = requests;
        _decoding = decoding;
        _stops = [.. stopTokens];
        _sampler = new TokenSampler(weights.Layout.Shape.VocabSize, decoding);
        _promptLength = requests.Count == 0 ? 0 : requests.Max(r => r.Prompt.Length);
        var needed = _promptLength + decoding.MaxNewTokens;
        if (needed > weights.Layout.Shape.MaxPositions)
        {
            throw new UserErrorException(
                $"the longest prompt ({_promptLength} tokens) and maxNewTokens ({decoding.MaxNewTokens}) need {needed} positions; "
                    + $"the model has {weights.Layout.Shape.MaxPositions}"
            )
            {
                Repeats = true,
            };
        }
    }

    /// <summary>Finished responses; ordered by request and sample once <see cref="Done"/>.</summary>
    public List<GeneratedSequence> Finished { get; } = [];

    public bool Done { get; private set; }

    /// <summary>Tokens generated so far.</summary>
    public long GeneratedTokens { get; private set; }

    /// <summary>Works for about <paramref name="slice"/>, but at least one step.</summary>
    /// <returns><see cref="Done"/></returns>
    public bool Advance(TimeSpan slice)
    {
        var started = Stopwatch.GetTimestamp();
        using var noGrad = no_grad();
        while (!Done)
        {
            using (NewDisposeScope())
            {
                if (_cache is null)
                {
                    Prefill();
                }
                else
                {
                    Step(_cache);
                }
            }

            if (Stopwatch.GetElapsedTime(started) >= slice)
            {
                break;
            }
        }

        return Done;
    }

    public void Dispose() => _cache?.Dispose();

    private void Prefill()
    {
        for (var r = 0; r < _requests.Count; r++)
        {
            for (var s = 0; s < _requests[r].Samples; s++)
            {
                _rows.Add(new Row(r, s, _requests[r].Random.Child(s)));
            }
        }

        if (_rows.Count == 0)
        {
            Done = true;
            return;
        }

        var (shape, views) = (_weights.Layout.Shape, _weights.Views);
        var (n, t, device) = (_requests.Count, _promptLength, _weights.Device.Torch);
        var (ids, positions, mask) = PromptInputs();
        _cache = DecodeCache.Allocate(
            _weights,
            _rotary,
            [.. _rows.Select(r => new DecodeRow(r.Request, _requests[r.Request].Prompt.Length))],
            t,
            _decoding.MaxNewTokens
        );
        var promptOfRow = tensor(_rows.Select(r => (long)r.Request).ToArray()).to(device);
        var attention = new SequenceAttention(
            shape,
            _rotary,
            n,
            t,
            tensor(positions).to(device),
            tensor(mask, [n, 1, t, t]).to(device),
            _cache.Fill
        );
        var x = Decoder.Layers(shape, views, tensor(ids, [n, t]).to(device), attention);
        Draw(Decoder.Logits(shape, views, x.narrow(1, t - 1, 1).squeeze(1)).index_select(0, promptOfRow));
    }

    /// <summary>The prompts padded on the left: ids and positions [N·T], additive attention mask [N·T·T].</summary>
    private (long[] Ids, long[] Positions, float[] Mask) PromptInputs()
    {
        var (n, t) = (_requests.Count, _promptLength);
        var ids = new long[n * t];
        var positions = new long[n * t];
        var mask = new float[(long)n * t * t];
        for (var r = 0; r < n; r++)
        {
            var prompt = _requests[r].Prompt;
            var padding = t - prompt.Length;
            for (var i = 0; i < prompt.Length; i++)
            {
                ids[(r * t) + padding + i] = prompt[i];
                positions[(r * t) + padding + i] = i;
            }

            // A padding position sees only itself, so that its row of the softmax is finite. No token sees padding.
            for (var i = 0; i < t; i++)
            {
                for (var j = 0; j < t; j++)
                {
                    mask[(((long)r * t) + i) * t + j] = j == i || (j < i && j >= padding) ? 0 : float.NegativeInfinity;
                }
            }
        }

        return (ids, positions, mask);
    }

    private void Step(DecodeCache cache)
    {
        var (shape, views) = (_weights.Layout.Shape, _weights.Views);
        var ids = tensor(_rows.Select(r => (long)r.Tokens[^1]).ToArray()).to(_weights.Device.Torch);
        cache.BeginStep();
        Draw(Decoder.Logits(shape, views, Decoder.Layers(shape, views, ids, cache)));
    }

    /// <summary>Draws the next token of every row, moves finished rows to <see cref="Finished"/>, and compacts.</summary>
    /// <param name="logits">[rows, V]</param>
    private void Draw(Tensor logits)
    {
        var vocab = _weights.Layout.Shape.VocabSize;
        var host = logits.cpu().contiguous();
        var values = MemoryMarshal.Cast<byte, float>(host.bytes);
        var unfinished = 0;
        var penalized = _decoding.RepetitionPenalty != 1;
        for (var r = 0; r < _rows.Count; r++)
        {
            var row = _rows[r];
            if (row.Finished)
            {
                continue;
            }

            var seen = penalized ? [.. _requests[row.Request].Prompt, .. row.Tokens] : Array.Empty<int>();
            var uniform = row.Random.Uniform((uint)row.Tokens.Count);
            var (token, logProb, entropy) = _sampler.Draw(values.Slice(r * vocab, vocab), uniform, seen);
            row.Tokens.Add(token);
            row.LogProbs.Add(logProb);
            row.Entropy += entropy;
            GeneratedTokens++;
            var stopped = _stops.Contains(token);
            if (stopped || row.Tokens.Count >= (_requests[row.Request].MaxNewTokens ?? _decoding.MaxNewTokens))
            {
                row.Finished = true;
                Finished.Add(
                    new GeneratedSequence(
                        row.Request,
                        row.Sample,
                        [.. row.Tokens],
                        [.. row.LogProbs],
                        row.Entropy / row.Tokens.Count,
                        Truncated: !stopped
                    )
                );
            }
            else
            {
                unfinished++;
            }
        }

        if (unfinished == 0)
        {
            Done = true;
            Finished.Sort((a, b) => (a.Request, a.Sample).CompareTo((b.Request, b.Sample)));
        }
        else if (unfinished + RowMultiple <= _rows.Count && unfinished < CompactBelow * _rows.Count)
        {
            Compact(unfinished);
        }
    }

    /// <summary>Drops finished rows, except those that make the number of rows a multiple of <see cref="RowMultiple"/>.</summary>
    private void Compact(int unfinished)
    {
        var spare = (unfinished + RowMultiple - 1) / RowMultiple * RowMultiple - unfinished;
        var kept = new List<int>();
        for (var r = 0; r < _rows.Count; r++)
        {
            if (!_rows[r].Finished || spare-- > 0)
            {
                kept.Add(r);
            }
        }

        _cache!.Keep(kept);
        _rows = [.. kept.Select(r => _rows[r])];
    }

    private sealed class Row(int request, int sample, KeyedRandom random)
    {
        public int Request { get; } = request;

        public int Sample { get; } = sample;

        public KeyedRandom Random { get; } = random;

        public List<int> Tokens { get; } = [];

        public List<float> LogProbs { get; } = [];

        /// <summary>Sum over the tokens, in nats.</summary>
        public double Entropy { get; set; }

        public bool Finished { get; set; }
    }
}
