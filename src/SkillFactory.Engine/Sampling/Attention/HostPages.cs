using System.Numerics;
using System.Runtime.InteropServices;
using SkillFactory.Engine.Models;

namespace SkillFactory.Engine.Sampling.Attention;

/// <summary>The memory of the pages of a CPU cache, outside the garbage collector's. It grows by slabs when a page is first used.</summary>
/// <typeparam name="T">Type of the stored elements.</typeparam>
internal sealed unsafe class HostPages<T>(DecoderShape shape) : IDisposable
    where T : unmanaged
{
    private const int SlabPages = 16;
    private const nuint Alignment = 64;
    private readonly PageLayout _layout = new(shape);
    private readonly List<nint> _slabs = [];

    public PageLayout Layout => _layout;

    /// <summary>A layer's part of a page. The pages of a layer are next to each other in a slab.</summary>
    public T* Page(int page, int layer)
    {
        while (page / SlabPages >= _slabs.Count)
        {
            // A load may read up to one vector beyond its elements.
            var bytes = ((nuint)shape.Layers * SlabPages * (nuint)_layout.Size * (nuint)sizeof(T)) + (nuint)Vector<byte>.Count;
            _slabs.Add((nint)NativeMemory.AlignedAlloc(bytes, Alignment));
        }

        return (T*)_slabs[page / SlabPages] + ((((nint)layer * SlabPages) + (page % SlabPages)) * _layout.Size);
    }

    public void Copy(int from, int to)
    {
        for (var layer = 0; layer < shape.Layers; layer++)
        {
            new ReadOnlySpan<T>(Page(from, layer), _layout.Size).CopyTo(new Span<T>(Page(to, layer), _layout.Size));
        }
    }

    public void Dispose()
    {
        foreach (var slab in _slabs)
        {
            NativeMemory.AlignedFree((void*)slab);
        }

        _slabs.Clear();
    }
}
