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
