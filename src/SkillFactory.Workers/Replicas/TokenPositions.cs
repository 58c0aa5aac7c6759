using System.Text;
using SkillFactory.Tokenization;

namespace SkillFactory.Workers.Replicas;

/// <summary>Maps character positions of a response to token counts. Positions must be asked for in ascending order.</summary>
internal sealed class TokenPositions
{
    private readonly Tokenizer _tokenizer;
    private readonly IReadOnlyList<int> _tokens;
    private readonly string _response;
    private readonly int _begun;
    private int _count;
    private int _bytes;

    /// <param name="tokens">Generated token ids.</param>
    /// <param name="response">The response. It ends with the text of the tokens, without special ones; the prompt holds what is before
    /// that.</param>
    public TokenPositions(Tokenizer tokenizer, IReadOnlyList<int> tokens, string response)
    {
        (_tokenizer, _tokens, _response) = (tokenizer, tokens, response);
        int[] ids = [.. tokens];
        _begun = Encoding.UTF8.GetByteCount(response) - Encoding.UTF8.GetByteCount(tokenizer.Decode(ids, skipSpecial: true));
        _bytes = _begun - tokenizer.BytesCut(ids, skipSpecial: true);
    }

    /// <summary>Number of tokens that cover the first <paramref name="characters"/>; a token that extends beyond them counts.</summary>
    public int TokensTo(int characters)
    {
        var wanted = Encoding.UTF8.GetByteCount(_response.AsSpan(0, characters));
        while (wanted > _begun && _bytes < wanted && _count < _tokens.Count)
        {
            _bytes += _tokenizer.IsSpecial(_tokens[_count]) ? 0 : _tokenizer.TokenBytes(_tokens[_count]).Length;
            _count++;
        }

        return _count;
    }
}
