using SkillFactory.Core.Traces;
using SkillFactory.Tokenization;

namespace SkillFactory.Workers.Replicas;

/// <summary>How many tokens a response had spent at the end of each of its attempts: what a model that stopped there would have cost.</summary>
internal static class AttemptEnds
{
    /// <param name="tokens">Generated ids.</param>
    /// <param name="response">Their text, special tokens left out.</param>
    /// <returns>One count per attempt; null when the attempts are not marked.</returns>
    public static int[]? Of(Tokenizer tokenizer, IReadOnlyList<int> tokens, string response, bool truncated)
    {
        var trace = ResponseTrace.Parse(response, truncated);
        if (!trace.IsExplicit)
        {
            return null;
        }

        var positions = new TokenPositions(tokenizer, tokens, response);
        return [.. trace.Attempts.Select(a => positions.To(a.End))];
    }
}
