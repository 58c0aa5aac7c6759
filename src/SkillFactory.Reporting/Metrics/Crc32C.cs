using System.Buffers.Binary;
using System.Numerics;

namespace SkillFactory.Reporting.Metrics;

/// <summary>CRC-32C (Castagnoli, RFC 3720 appendix B.4), as TFRecord uses it.</summary>
public static class Crc32C
{
    public static uint Compute(ReadOnlySpan<byte> data)
    {
        var crc = uint.MaxValue;
        for (; data.Length >= 8; data = data[8..])
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(data));
        }

        foreach (var b in data)
        {
            crc = BitOperations.Crc32C(crc, b);
        }

        return ~crc;
    }

    /// <summary>The masked CRC of TFRecord: rotated right by 15 bits, plus a constant. Masking avoids problems with the CRC of data that
    /// contains CRCs itself.</summary>
    public static uint Masked(ReadOnlySpan<byte> data) => BitOperations.RotateRight(Compute(data), 15) + 0xA282EAD8u;
}
