using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace SkillFactory.Engine.MatMul;

/// <summary>The memory of CPU tensors.</summary>
internal static unsafe class HostMemory
{
    /// <summary>Address of the first element of a contiguous tensor of any size. It stays valid while the tensor lives, because libtorch
    /// does not move memory.</summary>
    public static nint Of(Tensor tensor)
    {
        // The span of a tensor is limited to 2 GiB, but one element is enough to find its start.
        using var scope = NewDisposeScope();
        var first = tensor.numel() * tensor.element_size() <= int.MaxValue ? tensor : tensor.flatten().narrow(0, 0, 1);
        fixed (byte* start = first.bytes)
        {
            return (nint)start;
        }
    }
}
