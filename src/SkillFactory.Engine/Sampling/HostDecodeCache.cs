using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using SkillFactory.Engine.Models;
using TorchSharp;
using static TorchSharp.torch;
using Tensor = TorchSharp.torch.Tensor;

namespace SkillFactory.Engine.Sampling;

/// <summary>
/// The cache for CPUs, with attention in managed code. With one query per row, libtorch's attention consists of hundreds of matmuls too
/// small for a matrix library, and takes longer than the matmuls with the layer's weights
/// (docs/decisions/0005-attention-on-the-host.md). The samples of a prompt share its keys and values, there is no padding, and dropping
/// rows moves no data.
/// </summary>
/// <remarks>
/// Keys are stored in blocks of <see cref="AttentionKernel.Width"/> positions, [blocks, hd, width], so that one vector holds one component
/// of several positions. Values are stored as [positions, hd], each padded to whole vectors.
/// </remarks>
internal sealed class HostDecodeCache : DecodeCache
{
    private readonly DecoderShape _shape;
    private readonly RotaryTable _rotary;
    private readonly int _paddedLength;
    private readonly Segment[] _prompts;
    private readonly Segment[] _responses;
    private readonly int[] _promptLengths;
    private readonly float[] _heads;
    private readonly float[] _scores;

    /// <summary>The rows, each with its index in <see cref="_responses"/>. Dropped rows leave their storage unused.</summary>
    private (int Index, DecodeRow Row)[] _rows;
    private int _step = -1;

    public HostDecodeCache(DecoderShape shape, RotaryTable rotary, IReadOnlyList<DecodeRow> rows, int promptLength, int newTokens)
    {
        (_shape, _rotary, _paddedLength) = (shape, rotary, promptLength);
        _rows = [.. rows.Select((r, i) => (i, r))];
        _promptLengths = new int[rows.Max(r => r.Prompt) + 1];
        foreach (var row in rows)
        {
            _promptLengths[row.Prompt] = row.PromptLength;
        }

        _prompts = [.. Enumerable.Range(0, shape.Layers).Select(_ => new Segment(shape, _promptLengths.Length, promptLength))];
        _responses = [.. Enumerable.Range(0, shape.Layers).Select(_ => new Segment(shape, rows.Count, newTokens))];
        _heads = new float[(shape.Heads + shape.KvHeads) * shape.HeadDim];
        _scores = new float[AttentionKernel.Padded(promptLength) + AttentionKernel.Padded(newTokens)];
    }

    /// <summary>Whether the tensors of one layer fit a span, which holds at most 2 GiB.</summary>
    public static bool Fits(DecoderShape shape, int rows, int promptLength, int newTokens) =>
        Segment.Bytes(shape, rows, Math.Max(promptLength, newTokens)) <= int.MaxValue;

    public override void Fill(int layer, Tensor keys, Tensor values)
    {
        var (from, width) = (_paddedLength, _shape.HeadDim);
        var k = Floats(keys.contiguous());
        var v = Floats(values.contiguous());
        var prompts = _prompts[layer].Spans();
        for (var p = 0; p < _promptLengths.Length; p++)
        {
            for (var head = 0; head < _shape.KvHeads; head++)
            {
                var toKeys = prompts.Keys((p * _shape.KvHeads) + head);
                var toValues = prompts.Values((p * _shape.KvHeads) + head);
                for (var t = 0; t < _promptLengths[p]; t++)
                {
                    var at = ((((p * _shape.KvHeads) + head) * from) + from - _promptLengths[p] + t) * width;
                    AttentionKernel.StoreKey(toKeys, t, k.Slice(at, width));
                    AttentionKernel.StoreValue(toValues, t, v.Slice(at, width));
                }
            }
        }
    }

    public override void BeginStep() => _step++;

    public override Tensor Attend(int layer, Tensor qkv)
    {
        var (hd, heads, group) = (_shape.HeadDim, _shape.Heads, _shape.Heads / _shape.KvHeads);
        var result = empty([_rows.Length, heads * hd], ScalarType.Float32);
        var input = Floats(qkv);
        var output = Floats(result);
        var prompts = _prompts[layer].Spans();
        var responses = _responses[layer].Spans();
        for (var r = 0; r < _rows.Length; r++)
        {
            var (index, row) = _rows[r];
            var projected = input.Slice(r * _shape.QkvSize, _shape.QkvSize);
            var position = row.PromptLength + _step;
            Rotate(_rotary.Of(layer), projected, position);
            var first = Math.Max(0, position + 1 - (_shape.WindowOf(layer) ?? int.MaxValue));
            for (var head = 0; head < _shape.KvHeads; head++)
            {
                var (prompt, response) = ((row.Prompt * _shape.KvHeads) + head, (index * _shape.KvHeads) + head);
                var keys = responses.Keys(response);
                var values = responses.Values(response);
                AttentionKernel.StoreKey(keys, _step, _heads.AsSpan((heads + head) * hd, hd));
                AttentionKernel.StoreValue(values, _step, projected.Slice((heads + _shape.KvHeads + head) * hd, hd));
                for (var q = head * group; q < (head + 1) * group; q++)
                {
                    var split = AttentionKernel.Padded(row.PromptLength);
                    var weights = _scores.AsSpan(0, split + AttentionKernel.Padded(_step + 1));
                    var query = _heads.AsSpan(q * hd, hd);
                    AttentionKernel.Scores(query, prompts.Keys(prompt), row.PromptLength, weights[..split]);
                    AttentionKernel.Scores(query, keys, _step + 1, weights[split..]);
                    Hide(weights, first, row.PromptLength, split);
                    var sum = Exponentiate(weights);
                    var attended = output.Slice(((r * heads) + q) * hd, hd);
                    attended.Clear();
                    AttentionKernel.AddValues(weights[..row.PromptLength], prompts.Values(prompt), attended);
                    AttentionKernel.AddValues(weights.Slice(split, _step + 1), values, attended);
                    TensorPrimitives.Divide(attended, sum, attended);
                }
            }
        }

        return result;
    }

    public override void Keep(IReadOnlyList<int> rows) => _rows = [.. rows.Select(r => _rows[r])];

    public override void Dispose()
    {
        foreach (var segment in _prompts.Concat(_responses))
        {
            segment.Dispose();
        }
    }

    /// <summary>Rotates the queries and keys of one row into <see cref="_heads"/>, and scales the queries by 1/√hd.</summary>
    private void Rotate(RotaryAngles angles, ReadOnlySpan<float> projected, int position)
    {
        var (hd, half) = (_shape.HeadDim, _shape.HeadDim / 2);
        var cos = Floats(angles.Cos).Slice(position * hd, hd);
        var sin = Floats(angles.Sin).Slice(position * hd, hd);
        for (var head = 0; head < _shape.Heads + _shape.KvHeads; head++)
        {
            var from = projected.Slice(head * hd, hd);
            var to = _heads.AsSpan(head * hd, hd);
            TensorPrimitives.Multiply(from, cos, to);
            TensorPrimitives.MultiplyAdd(from[half..], sin[..half], to[..half], to[..half]);
            TensorPrimitives.MultiplyAdd(from[..half], sin[half..], to[half..], to[half..]);
        }

        var queries = _heads.AsSpan(0, _shape.Heads * hd);
        TensorPrimitives.Multiply(queries, 1 / MathF.Sqrt(hd), queries);
    }

    /// <summary>Gives no weight to the positions before <paramref name="first"/>, which a windowed layer does not see.</summary>
    /// <param name="split">Where the scores of the response begin.</param>
    private static void Hide(Span<float> scores, int first, int promptLength, int split)
    {
        scores[..Math.Min(first, promptLength)].Fill(float.NegativeInfinity);
        scores.Slice(split, Math.Max(0, first - promptLength)).Fill(float.NegativeInfinity);
    }

    private static float Exponentiate(Span<float> scores)
    {
        TensorPrimitives.Subtract(scores, TensorPrimitives.Max<float>(scores), scores);
        TensorPrimitives.Exp<float>(scores, scores);
        return TensorPrimitives.Sum<float>(scores);
    }

    private static Span<float> Floats(Tensor tensor) => MemoryMarshal.Cast<byte, float>(tensor.bytes);

    /// <summary>Keys and values of one layer for a number of sequences of equal capacity: [sequences, KV, ...].</summary>
    private sealed class Segment : IDisposable
    {
        private readonly Tensor _keys;
        private readonly Tensor _values;
        private readonly int _keyStride;
        private readonly int _valueStride;

        public Segment(DecoderShape shape, int sequences, int positions)
        {
            (_keyStride, _valueStride) = Strides(shape, positions);
            using var scope = NewDisposeScope();
            _keys = zeros([(long)sequences * shape.KvHeads * _keyStride], ScalarType.Float32).DetachFromDisposeScope();
            _values = zeros([(long)sequences * shape.KvHeads * _valueStride], ScalarType.Float32).DetachFromDisposeScope();
        }

        public static long Bytes(DecoderShape shape, int sequences, int positions)
        {
            var (keys, values) = Strides(shape, positions);
            return (long)sequences * shape.KvHeads * Math.Max(keys, values) * sizeof(float);
        }

        public SegmentSpans Spans() => new(Floats(_keys), Floats(_values), _keyStride, _valueStride);

        public void Dispose()
        {
            _keys.Dispose();
            _values.Dispose();
        }

        private static (int Keys, int Values) Strides(DecoderShape shape, int positions) =>
            (AttentionKernel.Padded(positions) * shape.HeadDim, positions * AttentionKernel.Padded(shape.HeadDim));
    }

    private readonly ref struct SegmentSpans(Span<float> keys, Span<float> values, int keyStride, int valueStride)
    {
        private readonly Span<float> _keys = keys;
        private readonly Span<float> _values = values;

        /// <summary>Keys at sequence · KV + key head.</summary>
        public Span<float> Keys(int index) => _keys.Slice(index * keyStride, keyStride);

        /// <summary>Values at sequence · KV + key head.</summary>
        public Span<float> Values(int index) => _values.Slice(index * valueStride, valueStride);
    }
}
