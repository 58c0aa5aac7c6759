using System.Text;
using SkillFactory.Tokenization;

namespace SkillFactory.Workers.Replicas;

/// <summary>Maps character positions of a response to token counts. Positions must be asked for in ascending order.</summary>
/// <param name="tokens">Generated token ids.</param>
/// <param name="response">Their text without special tokens.</param>
internal sealed class TokenPositions(Tokenizer tokenizer, IReadOnlyList<int> tokens, string response)
{
    private int _count;
    private int _bytes;

    /// <summary>Number of tokens that cover the first <paramref name="characters"/>; a token that extends beyond them counts.</summary>
    public int TokensTo(int characters)
    {
        var wanted = Encoding.UTF8.GetByteCount(response.AsSpan(0, characters));
        while (_bytes < wanted && _count < tokens.Count)
        {
            _bytes += tokenizer.IsSpecial(tokens[_count]) ? 0 : tokenizer.TokenBytes(tokens[_count]).Length;
            _count++;
        }

        return _count;
    }
}
