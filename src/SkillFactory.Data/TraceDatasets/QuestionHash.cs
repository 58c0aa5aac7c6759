using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace SkillFactory.Data.TraceDatasets;

/// <summary>First 128 bits of the SHA-256 of a question. Questions are grouped, sorted and compared by it.</summary>
internal static class QuestionHash
{
    public const int Bytes = 16;

    public static UInt128 Of(string question) => Of(Encoding.UTF8.GetBytes(question));

    /// <param name="question">As UTF-8.</param>
    public static UInt128 Of(ReadOnlySpan<byte> question)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(question, hash);
        return BinaryPrimitives.ReadUInt128BigEndian(hash);
    }

    /// <summary>Id of a question in a data set without ids: the first 16 hexadecimal digits of the hash.</summary>
    public static string ToId(UInt128 hash) => $"q-{(ulong)(hash >> 64):x16}";
}
