using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace SkillFactory.Core.Tasks;

/// <summary>Identifies a question by a hash of its canonical form, from which its id and its split are derived. The split therefore depends
/// only on the question: not on counts, seeds, wording, display order or task settings.</summary>
/// <remarks>Hash: the first 8 bytes, big-endian, of SHA-256 over the UTF-8 text "task|canonical". The id ends with the hash as 16 hex
/// digits. Split: hash mod 24, where 0–3 are Test (1/6), 4–5 Validation (1/12), 6–14 Sft (3/8), 15–23 Rl (3/8).</remarks>
public readonly record struct QuestionIdentity(ulong Hash)
{
    /// <param name="task">Task name.</param>
    /// <param name="canonical">The same text for all ways to state the same question, e.g. sorted numbers and target.</param>
    public static QuestionIdentity Of(string task, string canonical)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        var text = $"{task}|{canonical}";
        Span<byte> bytes = text.Length <= 128 ? stackalloc byte[3 * 128] : new byte[3 * text.Length];
        SHA256.HashData(bytes[..Encoding.UTF8.GetBytes(text, bytes)], hash);
        return new(BinaryPrimitives.ReadUInt64BigEndian(hash));
    }

    /// <summary>The split that the question belongs to.</summary>
    public Split Split =>
        (Hash % 24) switch
        {
            < 4 => Split.Test,
            < 6 => Split.Validation,
            < 15 => Split.Sft,
            _ => Split.Rl,
        };

    /// <summary>"task/level/hash".</summary>
    public string Id(string task, string level) => $"{task}/{level}/{Hash:x16}";
}
