using System.Diagnostics.CodeAnalysis;

namespace SkillFactory.Storage.Safetensors;

/// <summary>Element types of safetensors files.</summary>
[SuppressMessage("Naming", "CA1707", Justification = "The format's own names.")]
public enum TensorType
{
    F64,
    F32,
    F16,
    BF16,
    F8_E4M3,
    F8_E5M2,
    I64,
    I32,
    I16,
    I8,
    U64,
    U32,
    U16,
    U8,
    BOOL,
}

/// <summary>One tensor of a safetensors file.</summary>
/// <param name="Name">Name, such as "model.norm.weight".</param>
/// <param name="Type">Element type.</param>
/// <param name="Shape">Row-major shape; empty for a scalar.</param>
/// <param name="Offset">First byte in the file.</param>
/// <param name="Length">Bytes.</param>
public sealed record TensorEntry(string Name, TensorType Type, IReadOnlyList<long> Shape, long Offset, long Length)
{
    /// <summary>Elements.</summary>
    public long Count => Length / SizeOf(Type);

    /// <summary>Bytes of one element.</summary>
    public static int SizeOf(TensorType type) =>
        type switch
        {
            TensorType.F64 or TensorType.I64 or TensorType.U64 => 8,
            TensorType.F32 or TensorType.I32 or TensorType.U32 => 4,
            TensorType.F16 or TensorType.BF16 or TensorType.I16 or TensorType.U16 => 2,
            _ => 1,
        };

    /// <summary>"[2, 3]".</summary>
    public static string Describe(IEnumerable<long> shape) => $"[{string.Join(", ", shape)}]";
}

/// <summary>A tensor to be written.</summary>
public sealed record TensorPlan(string Name, TensorType Type, IReadOnlyList<long> Shape)
{
    /// <summary>Bytes.</summary>
    public long Length => Shape.Aggregate((long)TensorEntry.SizeOf(Type), (a, b) => checked(a * b));
}
