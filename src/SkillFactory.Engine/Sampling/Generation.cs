using System.Diagnostics;
using System.Runtime.InteropServices;
using SkillFactory.Core.Sampling;
using SkillFactory.Engine.MatMul;
using SkillFactory.Engine.Models;
using SkillFactory.Primitives.Errors;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace SkillFactory.Engine.Sampling;

/// <summary>
/// Samples a whole batch of requests. Prompts are padded on the left to a common length and prefilled once each, however many
/// responses they get; then every row takes one token a step from a preallocated cache, and finished rows are dropped when they are more
/// than a few.
/// </summary>
/// <remarks>
/// Work comes in slices (<see cref="Advance"/>) so that a device thread can answer others in between. All calls must come from one
/// thread. Results depend on the requests, their order and the number of math threads, and on nothing else.
/// </remarks>
public sealed class Generation : IDisposable
{
    /// <summary>Rows are compacted when the share alive falls below this.</summary>
    private const double CompactBelow = 0.9;

    /// <summary>Rows left by a compaction: every new shape costs the matrix library some preparation, so there are few.</summary>
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

    /// <param name="weights">What to sample from; not changed, and must not change until done.</param>
    /// <param name="rotary">Position tables.</param>
    /// <param name="requests">All prompts of the batch.</param>
    /// <param name="decoding">How tokens are drawn.</param>
    /// <param name="stopTokens">Ids that end a response.</param>
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
                $"the longest prompt ({_promptLength} tokens) and maxNewTokens ({decoding.MaxNewTokens}) need {needed} positions; the model has {weights.Layout.Shape.MaxPositions}"
            );
        }
    }

    /// <summary>Finished responses, in order of request and sample once <see cref="Done"/>.</summary>
    public List<GeneratedSequence> Finished { get; } = [];

    public bool Done { get; private set; }

    /// <summary>Tokens generated so far.</summary>
    public long GeneratedTokens { get; private set; }

    /// <summary>Works for about <paramref name="slice"/>, at least one step. True when everything is finished.</summary>
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
                    Step();
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
        var shape = _weights.Layout.Shape;
        var (n, t, device) = (_requests.Count, _promptLength, _weights.Device.Torch);
        for (var r = 0; r < n; r++)
        {
            for (var s = 0; s < _requests[r].Samples; s++)
            {
                _rows.Add(new Row(r, s, _promptLength - _requests[r].Prompt.Length, _requests[r].Random.Child(s)));
            }
        }

        if (_rows.Count == 0)
        {
            Done = true;
            return;
        }

        var ids = new long[n * t];
        var positions = new long[n * t];
        var mask = new float[(long)n * t * t];
        for (var r = 0; r < n; r++)
        {
            var prompt = _requests[r].Prompt;
            var pad = t - prompt.Length;
            for (var i = 0; i < prompt.Length; i++)
            {
                ids[(r * t) + pad + i] = prompt[i];
                positions[(r * t) + pad + i] = i;
            }

            // A pad position sees itself, so that its row of the softmax is finite; nobody else sees it.
            for (var i = 0; i < t; i++)
            {
                for (var j = 0; j < t; j++)
                {
                    mask[(((long)r * t) + i) * t + j] = j == i || (j < i && j >= pad) ? 0 : float.NegativeInfinity;
                }
            }
        }

        _cache = DecodeCache.Allocate(
            _weights,
            _rotary,
            [.. _rows.Select(r => new DecodeRow(r.Request, _requests[r.Request].Prompt.Length))],
            t,
            _decoding.MaxNewTokens
        );
        var promptOfRow = tensor(_rows.Select(r => (long)r.Request).ToArray()).to(device);
        var flat = tensor(positions).to(device);
        var cos = _rotary.Cos.index_select(0, flat).view(n, t, 1, shape.HeadDim);
        var sin = _rotary.Sin.index_select(0, flat).view(n, t, 1, shape.HeadDim);
        var attention = tensor(mask, [n, 1, t, t]).to(device);
        var x = _weights.Views.Embedding.index_select(0, tensor(ids).to(device)).view(n, t, shape.HiddenSize);
        var group = shape.Heads / shape.KvHeads;
        for (var i = 0; i < shape.Layers; i++)
        {
            var layer = _weights.Views.Layers[i];
            var (q, k, v) = Decoder.Project(shape, layer, _rotary, x, cos, sin);
            k = k.transpose(1, 2);
            v = v.transpose(1, 2);
            _cache.Fill(i, k, v);
            var attended = F.scaled_dot_product_attention(q.transpose(1, 2), Repeat(k, group), Repeat(v, group), attn_mask: attention);
            x.PlusInPlace(LinearMatMul.Of(attended.transpose(1, 2).reshape(n, t, shape.Heads * shape.HeadDim), layer.Output));
            x.PlusInPlace(Decoder.FeedForward(shape, layer, x));
        }

        var last = Decoder.Norm(x.narrow(1, t - 1, 1).squeeze(1), _weights.Views.FinalNorm, shape.RmsNormEps);
        var logits = LinearMatMul.Of(last, _weights.Views.Head).index_select(0, promptOfRow);
        Draw(logits);
    }

    private static Tensor Repeat(Tensor heads, int group) => group == 1 ? heads : heads.repeat_interleave(group, 1);

    private void Step()
    {
        var shape = _weights.Layout.Shape;
        var ids = tensor(_rows.Select(r => (long)r.Tokens[^1]).ToArray()).to(_weights.Device.Torch);
        var x = _weights.Views.Embedding.index_select(0, ids);
        _cache!.BeginStep();
        for (var i = 0; i < shape.Layers; i++)
        {
            var layer = _weights.Views.Layers[i];
            var qkv = LinearMatMul.Of(Decoder.Norm(x, layer.InputNorm, shape.RmsNormEps), layer.Qkv, layer.QkvBias);
            x.PlusInPlace(LinearMatMul.Of(_cache.Attend(i, qkv), layer.Output));
            x.PlusInPlace(Decoder.FeedForward(shape, layer, x));
        }

        Draw(LinearMatMul.Of(Decoder.Norm(x, _weights.Views.FinalNorm, shape.RmsNormEps), _weights.Views.Head));
    }

    /// <summary>Draws the next token of every row from [rows, V], retires finished rows and compacts.</summary>
    private void Draw(Tensor logits)
    {
        var vocab = _weights.Layout.Shape.VocabSize;
        var host = logits.cpu().contiguous();
        var values = MemoryMarshal.Cast<byte, float>(host.bytes);
        var alive = 0;
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
                alive++;
            }
        }

        if (alive == 0)
        {
            Done = true;
            Finished.Sort((a, b) => (a.Request, a.Sample).CompareTo((b.Request, b.Sample)));
        }
        else if (alive + RowMultiple <= _rows.Count && alive < CompactBelow * _rows.Count)
        {
            Compact(alive);
        }
    }

    /// <summary>Drops finished rows, but keeps the number of rows a multiple of <see cref="RowMultiple"/>.</summary>
    private void Compact(int alive)
    {
        var spare = (alive + RowMultiple - 1) / RowMultiple * RowMultiple - alive;
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

    private sealed class Row(int request, int sample, int pad, Core.Randomness.KeyedRandom random)
    {
        public int Request { get; } = request;

        public int Sample { get; } = sample;

        /// <summary>Pad positions before the prompt.</summary>
        public int Pad { get; } = pad;

        public Core.Randomness.KeyedRandom Random { get; } = random;

        public List<int> Tokens { get; } = [];

        public List<float> LogProbs { get; } = [];

        public double Entropy { get; set; }

        public bool Finished { get; set; }
    }
}
