using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using SkillFactory.Engine.Models;
using SkillFactory.Engine.Sampling.Paging;
using TorchSharp;
using static TorchSharp.torch;
using Tensor = TorchSharp.torch.Tensor;

namespace SkillFactory.Engine.Sampling.Attention;

/// <summary>
/// The form for CPUs, with attention in managed code. With one query per row, libtorch's attention consists of hundreds of matmuls too
/// small for a matrix library, and takes longer than the matmuls with the layer's weights
/// (docs/decisions/0005-attention-on-the-host.md). Positions of prompts are computed like those of responses, so a position has the same
/// bits wherever the prompt ends and however it is cut.
/// </summary>
/// <typeparam name="T">Type of the stored keys and values.</typeparam>
/// <typeparam name="TElement">Its conversions.</typeparam>
internal sealed unsafe class HostPagedAttention<T, TElement> : PagedAttention
    where T : unmanaged
    where TElement : ICacheElement<T>
{
    private readonly DecoderShape _shape;
    private readonly RotaryTable _rotary;
    private readonly Func<int, int?> _window;
    private readonly HostPages<T> _pages;
    private readonly float[] _heads;
    private readonly List<(IReadOnlyList<int> Pages, int Position)> _tokens = [];
    private float[] _scores = [];
    private nint[] _pointers = [];

    /// <param name="shape">The decoder.</param>
    /// <param name="rotary">Position tables.</param>
    /// <param name="window">Positions that a layer sees, its own included; null for the shape's.</param>
    public HostPagedAttention(DecoderShape shape, RotaryTable rotary, Func<int, int?>? window = null)
    {
        (_shape, _rotary, _window) = (shape, rotary, window ?? shape.WindowOf);
        _pages = new HostPages<T>(shape);
        _heads = new float[(shape.Heads + shape.KvHeads) * shape.HeadDim];
    }

    public override void Begin(StepPlan plan, CancellationToken cancellationToken)
    {
        base.Begin(plan, cancellationToken);
        _tokens.Clear();
        _tokens.AddRange(plan.Rows.Select(r => (r.Pages!.Pages, r.Length)));
        foreach (var chunk in plan.Chunks)
        {
            _tokens.AddRange(Enumerable.Range(chunk.From, chunk.Count).Select(p => (chunk.Prompt.Pages.Pages, p)));
        }

        var longest = _tokens.Count == 0 ? 0 : _tokens.Max(t => t.Position) + 1;
        var pages = PageTable.PagesFor(longest);
        if (_pointers.Length < pages)
        {
            _pointers = new nint[pages];
            _scores = new float[_shape.Heads / _shape.KvHeads * pages * PageTable.Size];
        }
    }

    public override Tensor Attend(int layer, Tensor qkv)
    {
        Cancellation.ThrowIfCancellationRequested();
        using var wide = qkv.to_type(ScalarType.Float32).contiguous();
        var (hd, group, layout) = (_shape.HeadDim, _shape.Heads / _shape.KvHeads, _pages.Layout);
        var rows = (int)qkv.size(0);
        var result = empty([rows, (long)_shape.Heads * hd], ScalarType.Float32);
        var input = Floats(wide);
        var output = Floats(result);
        var angles = _rotary.Of(layer);
        var cos = Floats(angles.Cos);
        var sin = Floats(angles.Sin);
        var window = _window(layer);
        fixed (
            float* heads = _heads,
                scores = _scores,
                attended = output
        )
        fixed (nint* pointers = _pointers)
        {
            for (var i = 0; i < _tokens.Count; i++)
            {
                var (pages, position) = _tokens[i];
                var projected = input.Slice(i * _shape.QkvSize, _shape.QkvSize);
                Rotate(projected, cos.Slice(position * hd, hd), sin.Slice(position * hd, hd));
                var first = window is { } w ? Math.Max(0, position - w + 1) : 0;
                var (firstPage, count) = (first / PageTable.Size, (position / PageTable.Size) - (first / PageTable.Size) + 1);
                for (var p = 0; p < count; p++)
                {
                    pointers[p] = (nint)_pages.Page(pages[firstPage + p], layer);
                }

                for (var head = 0; head < _shape.KvHeads; head++)
                {
                    AttentionKernel<T, TElement>.Store(
                        (T*)pointers[count - 1],
                        layout,
                        position % PageTable.Size,
                        _heads.AsSpan((_shape.Heads + head) * hd, hd),
                        projected.Slice((_shape.Heads + _shape.KvHeads + head) * hd, hd)
                    );
                    var at = head * group * hd;
                    AttentionKernel<T, TElement>.Attend(
                        heads + at,
                        group,
                        (T**)pointers,
                        layout,
                        first,
                        position,
                        scores,
                        attended + ((nint)i * _shape.Heads * hd) + at
                    );
                    for (var p = 0; p < count; p++)
                    {
                        pointers[p] += layout.HeadSize * sizeof(T);
                    }
                }
            }
        }

        output[(_tokens.Count * _shape.Heads * hd)..].Clear();
        return qkv.dtype == ScalarType.Float32 ? result : result.to_type(qkv.dtype);
    }

    public override void Copy(int from, int to) => _pages.Copy(from, to);

    public override void Dispose() => _pages.Dispose();

    /// <summary>Rotates the queries and keys of one row into <see cref="_heads"/>, and scales the queries by 1/√hd.</summary>
    private void Rotate(ReadOnlySpan<float> projected, ReadOnlySpan<float> cos, ReadOnlySpan<float> sin)
    {
        var (hd, half) = (_shape.HeadDim, _shape.HeadDim / 2);
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

    private static Span<float> Floats(Tensor tensor) => MemoryMarshal.Cast<byte, float>(tensor.bytes);
}
