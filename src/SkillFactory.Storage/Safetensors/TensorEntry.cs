namespace SkillFactory.Storage.Safetensors;

/// <summary>One tensor of a safetensors file.</summary>
/// <param name="Name">Name, such as "model.norm.weight".</param>
/// <param name="Type">Element type.</param>
/// <param name="Shape">Row-major shape; empty for a scalar.</param>
/// <param name="Offset">Position of the first byte in the file.</param>
/// <param name="Length">Size in bytes.</param>
public sealed record TensorEntry(string Name, TensorType Type, IReadOnlyList<long> Shape, long Offset, long Length)
{
    /// <summary>Number of elements.</summary>
    public long Count => Length / SizeOf(Type);

    /// <summary>Size of one element in bytes.</summary>
    public static int SizeOf(TensorType type) =>
        type switch
        {
            TensorType.F64 or TensorType.I64 or TensorType.U64 => 8,
            TensorType.F32 or TensorType.I32 or TensorType.U32 => 4,
            TensorType.F16 or TensorType.BF16 or TensorType.I16 or TensorType.U16 => 2,
            _ => 1,
        };

    /// <summary>A shape as text: "[2, 3]".</summary>
    public static string Describe(IEnumerable<long> shape) => $"[{string.Join(", ", shape)}]";
}
