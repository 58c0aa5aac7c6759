using SkillFactory.Core.Traces;
using SkillFactory.Tokenization;

namespace SkillFactory.Workers.Replicas;

/// <summary>Counts the tokens of a response up to the end of each attempt: the cost of a model that stops there.</summary>
internal static class AttemptEnds
{
    /// <param name="tokens">Generated token ids.</param>
    /// <param name="response">The response, which ends with their text.</param>
    /// <returns>One count per attempt; null when no tags mark the attempts.</returns>
    public static int[]? Of(Tokenizer tokenizer, IReadOnlyList<int> tokens, string response, bool truncated)
    {
        var trace = ResponseTrace.Parse(response, truncated);
        if (!trace.IsExplicit)
        {
            return null;
        }

        var positions = new TokenPositions(tokenizer, tokens, response);
        return [.. trace.Attempts.Select(a => positions.TokensTo(a.End))];
    }
}
