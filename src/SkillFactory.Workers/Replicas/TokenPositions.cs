using System.Text;
using SkillFactory.Tokenization;

namespace SkillFactory.Workers.Replicas;

/// <summary>How many tokens of a response its first characters took. Asked in order: positions never go back.</summary>
/// <param name="tokens">Generated ids.</param>
/// <param name="response">Their text, special tokens left out.</param>
internal sealed class TokenPositions(Tokenizer tokenizer, IReadOnlyList<int> tokens, string response)
{
    private int _count;
    private int _bytes;

    /// <summary>Tokens that hold the first <paramref name="characters"/>; one that reaches beyond them counts.</summary>
    public int To(int characters)
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
