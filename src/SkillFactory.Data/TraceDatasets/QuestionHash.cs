using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace SkillFactory.Data.TraceDatasets;

/// <summary>128 bits of the SHA-256 of a question: what questions are grouped, ordered and compared by.</summary>
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

    /// <summary>The id of a question that has none: the first 16 hexadecimal digits.</summary>
    public static string ToId(UInt128 hash) => $"q-{(ulong)(hash >> 64):x16}";
}
