using System.Numerics;
using SkillFactory.Engine.Models;
using SkillFactory.Engine.Sampling.Paging;

namespace SkillFactory.Engine.Sampling.Attention;

/// <summary>
/// The layout of one layer's part of a page: for each key head the keys, then the values. Keys are in blocks of as many positions as a
/// vector is wide, [blocks, hd, width], so that one vector holds one component of several positions. Values are [positions, hd], each
/// padded to whole vectors.
/// </summary>
internal readonly record struct PageLayout(int HeadDim, int KvHeads)
{
    public PageLayout(DecoderShape shape)
        : this(shape.HeadDim, shape.KvHeads) { }

    public static int Width => Vector<float>.Count;

    /// <summary>Elements of a stored value.</summary>
    public int ValueSize => (HeadDim + Width - 1) / Width * Width;

    /// <summary>Elements of a head's keys, which are before its values.</summary>
    public int KeySize => PageTable.Size * HeadDim;

    /// <summary>Elements of a head's keys and values.</summary>
    public int HeadSize => KeySize + (PageTable.Size * ValueSize);

    /// <summary>Elements of all heads.</summary>
    public int Size => KvHeads * HeadSize;
}
