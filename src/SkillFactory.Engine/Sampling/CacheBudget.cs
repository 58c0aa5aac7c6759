using System.Globalization;
using SkillFactory.Core.Sampling;
using SkillFactory.Engine.Models;
using SkillFactory.Engine.Sampling.Attention;
using SkillFactory.Engine.Sampling.Paging;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Engine.Sampling;

/// <summary>How much memory keys and values take, and what fits the recipe's limit (<see cref="Decoding.CacheGiB"/>).</summary>
public static class CacheBudget
{
    private const double GiB = 1L << 30;

    /// <summary>Bytes of the keys and values of one response of full length with its prompt, the least that it takes to generate
    /// it.</summary>
    /// <param name="shape">The decoder.</param>
    /// <param name="promptLength">Tokens of the prompt.</param>
    /// <param name="samples">Responses to the prompt.</param>
    /// <param name="maxNewTokens">Token limit of the response.</param>
    public static long BytesOfOne(DecoderShape shape, int promptLength, int samples, int maxNewTokens) =>
        new PlannedRequest(promptLength, samples, maxNewTokens).LeastPages * PagedAttention.PageBytes(shape);

    /// <summary>Pages that fit the limit.</summary>
    internal static long Pages(DecoderShape shape, Decoding decoding) =>
        (long)Math.Min(int.MaxValue, decoding.CacheGiB * GiB / PagedAttention.PageBytes(shape));

    /// <summary>Requires that the model has enough positions for every request, and that the limit has room for each.</summary>
    /// <exception cref="UserErrorException">A request can never be generated.</exception>
    internal static void Require(DecoderShape shape, Decoding decoding, IReadOnlyList<PlannedRequest> requests)
    {
        foreach (var request in requests.Where(r => r.Samples > 0))
        {
            var (prompt, most) = (request.PromptLength, request.MaxNewTokens);
            if (prompt + most > shape.MaxPositions)
            {
                throw Error(
                    $"a prompt of {prompt} tokens and its limit of {most} new tokens need {prompt + most} positions; "
                        + $"the model has {shape.MaxPositions}"
                );
            }

            var bytes = BytesOfOne(shape, prompt, request.Samples, most);
            if (request.LeastPages > Pages(shape, decoding))
            {
                throw Error(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"a prompt of {prompt} tokens and its limit of {most} new tokens need {Up(bytes / GiB)} GiB of keys and values; "
                            + $"decoding.cacheGiB allows {decoding.CacheGiB}; set it to at least {Up(bytes / GiB)}, "
                            + $"or maxNewTokens lower"
                    )
                );
            }
        }
    }

    /// <summary>Rounded up, so that the setting that the message names is enough.</summary>
    private static string Up(double value)
    {
        var unit = Math.Pow(10, Math.Floor(Math.Log10(value)) - 2);
        return (Math.Ceiling(value / unit) * unit).ToString("G4", CultureInfo.InvariantCulture);
    }

    private static UserErrorException Error(string message) => new(message) { Repeats = true };
}
