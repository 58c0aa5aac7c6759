using System.Numerics;

namespace SkillFactory.Engine.Sampling.Attention;

/// <summary>How keys and values are stored. The arithmetic is always in single precision.</summary>
/// <typeparam name="T">The stored type.</typeparam>
internal unsafe interface ICacheElement<T>
    where T : unmanaged
{
    static abstract T From(float value);

    /// <summary>Reads a vector's worth of elements. It may read up to one vector beyond them.</summary>
    static abstract Vector<float> Load(T* from);
}
