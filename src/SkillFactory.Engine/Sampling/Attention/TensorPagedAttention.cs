using SkillFactory.Engine.Devices;
using SkillFactory.Engine.Models;
using SkillFactory.Engine.Sampling.Paging;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace SkillFactory.Engine.Sampling.Attention;

/// <summary>The form for any device: tensors [pages, positions of a page, KV, hd] for each layer. The pages of a step's sequences are
/// gathered before libtorch's attention, and a mask hides what is not theirs.</summary>
internal sealed class TensorPagedAttention : PagedAttention
{
    private readonly DecoderShape _shape;
    private readonly DeviceSpec _device;
    private readonly RotaryTable _rotary;
    private readonly Func<int, int?> _window;
    private readonly Tensor[] _keys;
    private readonly Tensor[] _values;
    private int _capacity;
    private Dictionary<RotaryAngles, (Tensor Cos, Tensor Sin)> _angles = [];
    private Tensor? _slots;
    private List<Part> _parts = [];

    /// <param name="shape">The decoder.</param>
    /// <param name="device">Where the tensors are.</param>
    /// <param name="rotary">Position tables.</param>
    /// <param name="window">Positions that a layer sees, its own included; null for the shape's.</param>
    public TensorPagedAttention(DecoderShape shape, DeviceSpec device, RotaryTable rotary, Func<int, int?>? window = null)
    {
        (_shape, _device, _rotary, _window) = (shape, device, rotary, window ?? shape.WindowOf);
        _keys = [.. Enumerable.Range(0, shape.Layers).Select(_ => Allocate(0))];
        _values = [.. Enumerable.Range(0, shape.Layers).Select(_ => Allocate(0))];
    }

    public override void Begin(StepPlan plan, CancellationToken cancellationToken)
    {
        base.Begin(plan, cancellationToken);
        var positions = new List<long>();
        var slots = new List<long>();
        void Add(IReadOnlyList<int> pages, int position)
        {
            positions.Add(position);
            slots.Add(((long)pages[position / PageTable.Size] * PageTable.Size) + (position % PageTable.Size));
        }

        foreach (var row in plan.Rows)
        {
            Add(row.Pages!.Pages, row.Length);
        }

        _parts = plan.Rows.Count == 0 ? [] : [Gathered([.. plan.Rows.Select(r => r.Pages!.Pages)], [.. positions])];
        foreach (var chunk in plan.Chunks)
        {
            var first = positions.Count;
            foreach (var p in Enumerable.Range(chunk.From, chunk.Count))
            {
                Add(chunk.Prompt.Pages.Pages, p);
            }

            _parts.Add(Gathered([chunk.Prompt.Pages.Pages], [.. positions[first..]]));
        }

        if (positions.Count == 0)
        {
            return;
        }

        Grow((int)(slots.Max() / PageTable.Size) + 1);
        var index = tensor(positions).to(_device.Torch);
        _angles = _rotary.All.ToDictionary(
            a => a,
            a => (a.Cos.index_select(0, index).unsqueeze(1), a.Sin.index_select(0, index).unsqueeze(1))
        );
        _slots = tensor(slots).to(_device.Torch);
    }

    public override Tensor Attend(int layer, Tensor qkv)
    {
        Cancellation.ThrowIfCancellationRequested();
        var (tokens, rotated) = (_slots!.size(0), _shape.Heads + _shape.KvHeads);
        var heads = qkv.narrow(0, 0, tokens).view(tokens, rotated + _shape.KvHeads, _shape.HeadDim);
        var (cos, sin) = _angles[_rotary.Of(layer)];
        var qk = _rotary.Rotate(heads.narrow(1, 0, rotated), cos, sin);
        _keys[layer].flatten(0, 1).index_copy_(0, _slots, qk.narrow(1, _shape.Heads, _shape.KvHeads));
        _values[layer].flatten(0, 1).index_copy_(0, _slots, heads.narrow(1, rotated, _shape.KvHeads));
        var results = new List<Tensor>();
        long at = 0;
        foreach (var part in _parts)
        {
            results.Add(Attend(layer, part, qk.narrow(0, at, part.Rows * part.Length).narrow(1, 0, _shape.Heads)));
            at += part.Rows * part.Length;
        }

        if (at < qkv.size(0))
        {
            results.Add(zeros([qkv.size(0) - at, (long)_shape.Heads * _shape.HeadDim], qkv.dtype, qkv.device));
        }

        return cat(results, 0);
    }

    public override void Copy(int from, int to)
    {
        Grow(Math.Max(from, to) + 1);
        for (var i = 0; i < _shape.Layers; i++)
        {
            using var scope = NewDisposeScope();
            _keys[i].select(0, to).copy_(_keys[i].select(0, from));
            _values[i].select(0, to).copy_(_values[i].select(0, from));
        }
    }

    public override void Dispose()
    {
        foreach (var tensor in _keys.Concat(_values))
        {
            tensor.Dispose();
        }
    }

    /// <param name="layer">Index of the layer.</param>
    /// <param name="part">Sequences with equally many queries each.</param>
    /// <param name="queries">[rows · length, H, hd]</param>
    private Tensor Attend(int layer, Part part, Tensor queries)
    {
        // Query heads that share a key head become query positions, so that keys need not be repeated.
        var (b, c, group) = (part.Rows, part.Length, _shape.Heads / _shape.KvHeads);
        var q = queries.view(b, c, _shape.KvHeads, group, _shape.HeadDim).permute(0, 2, 3, 1, 4);
        return F.scaled_dot_product_attention(
                q.reshape(b, _shape.KvHeads, group * c, _shape.HeadDim),
                Gather(_keys[layer], part),
                Gather(_values[layer], part),
                attn_mask: Mask(part, _window(layer), group)
            )
            .view(b, _shape.KvHeads, group, c, _shape.HeadDim)
            .permute(0, 3, 1, 2, 4)
            .reshape(b * c, _shape.Heads * _shape.HeadDim);
    }

    /// <summary>[rows, 1, group · length, positions]: true where a query sees a position.</summary>
    private static Tensor Mask(Part part, int? window, int group)
    {
        var key = tensor([.. Enumerable.Range(0, (int)part.PagesPerRow * PageTable.Size).Select(p => (long)p)]).to(part.Positions.device);
        var query = part.Positions.view(part.Rows, 1, 1, part.Length, 1);
        var seen = key.le(query);
        if (window is { } w)
        {
            seen = seen.logical_and(key.gt(query.Minus(w)));
        }

        return seen.expand(part.Rows, 1, group, part.Length, key.size(0)).reshape(part.Rows, 1, group * part.Length, key.size(0));
    }

    /// <summary>The keys or values of the part's sequences: [rows, KV, positions, hd].</summary>
    private Tensor Gather(Tensor pages, Part part) =>
        pages
            .index_select(0, part.Pages)
            .view(part.Rows, part.PagesPerRow * PageTable.Size, _shape.KvHeads, _shape.HeadDim)
            .transpose(1, 2);

    private Part Gathered(IReadOnlyList<int>[] tables, long[] positions)
    {
        var pages = PageTable.PagesFor((int)positions.Max() + 1);
        var index = new long[tables.Length * pages];
        foreach (var (r, table) in tables.Index())
        {
            for (var p = 0; p < Math.Min(pages, table.Count); p++)
            {
                index[(r * pages) + p] = table[p];
            }
        }

        return new Part(
            tables.Length,
            positions.Length / tables.Length,
            pages,
            tensor(index).to(_device.Torch),
            tensor(positions).to(_device.Torch)
        );
    }

    private void Grow(int pages)
    {
        if (pages <= _capacity)
        {
            return;
        }

        _capacity = Math.Max(pages, _capacity * 3 / 2);
        for (var i = 0; i < _shape.Layers; i++)
        {
            Enlarge(ref _keys[i]);
            Enlarge(ref _values[i]);
        }
    }

    private void Enlarge(ref Tensor slot)
    {
        using var scope = NewDisposeScope();
        var larger = Allocate(_capacity);
        larger.narrow(0, 0, slot.size(0)).copy_(slot);
        slot.Dispose();
        slot = larger;
    }

    /// <summary>Zeros, because a mask does not hide numbers that are not finite.</summary>
    private Tensor Allocate(long pages)
    {
        using var scope = NewDisposeScope();
        return zeros([pages, PageTable.Size, _shape.KvHeads, _shape.HeadDim], ScalarType.Float32, _device.Torch).DetachFromDisposeScope();
    }

    /// <summary>Sequences with equally many queries each.</summary>
    /// <param name="Rows">Sequences.</param>
    /// <param name="Length">Queries of each.</param>
    /// <param name="PagesPerRow">Pages of the longest.</param>
    /// <param name="Pages">[rows · pages] page numbers.</param>
    /// <param name="Positions">[rows · length] positions of the queries.</param>
    private sealed record Part(long Rows, long Length, long PagesPerRow, Tensor Pages, Tensor Positions);
}
