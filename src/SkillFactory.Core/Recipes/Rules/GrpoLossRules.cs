using SkillFactory.Core.YamlBinding;

namespace SkillFactory.Core.Recipes.Rules;

/// <summary>Checks the settings of GRPO's rewards and loss, most of all that each has an effect beside the others.</summary>
internal sealed class GrpoLossRules(YamlSource source)
{
    private const string AlwaysOne =
        "with importanceLimit and one update per step the importance ratio is always 1; expected updatesPerStep of 2 or more beside it";

    private const string NoResponse = "has no effect: credit.response 0 takes the response's own reward out of the loss";

    public void Check(string path, GrpoSettings s)
    {
        foreach (var (key, reason) in WithoutEffect(s))
        {
            if (source.Has($"{path}.{key}"))
            {
                throw source.Error($"{path}.{key}", $"has no effect: {reason}");
            }
        }

        DualClip(path, s);
        Overlong(path, s);
        if (s.Credit is not { Response: 0 })
        {
            return;
        }

        // These may come from the recipe to an arm that does not write them, and are refused there, too.
        if (s.VerdictReward is not null)
        {
            throw source.Error($"{path}.verdictReward", NoResponse);
        }

        if (s.Overlong is not null)
        {
            throw source.Error($"{path}.overlong", NoResponse);
        }

        if (s is { KlCoefficient: > 0, KlIn: RecipeValues.KlInReward })
        {
            throw source.Error($"{path}.klIn", NoResponse);
        }
    }

    /// <summary>The keys that have a value always and no effect beside the other settings, each with the reason. A recipe must not write
    /// them.</summary>
    public static IReadOnlyDictionary<string, string> WithoutEffect(GrpoSettings s)
    {
        var keys = new Dictionary<string, string>();
        if (s.KlCoefficient == 0)
        {
            keys["klEstimator"] = keys["klIn"] = "klCoefficient is 0, so there is no KL penalty";
        }

        if (RatioIsOne(s))
        {
            keys["ratio"] = keys["surrogate"] = keys["clipLow"] = keys["clipHigh"] = AlwaysOne;
        }

        if (s.Credit is { Response: 0 })
        {
            keys["advantage"] = "credit.response 0 takes the response's own advantage out of the loss";
        }

        return keys;
    }

    /// <summary>Whether the only update of a step compares the policy with itself.</summary>
    private static bool RatioIsOne(GrpoSettings s) => s is { ImportanceLimit: not null, UpdatesPerStep: 1 };

    private void DualClip(string path, GrpoSettings s)
    {
        if (s.DualClip is not { } dual)
        {
            return;
        }

        if (s.Surrogate == RecipeValues.WeightSurrogate)
        {
            throw source.Error(
                $"{path}.dualClip",
                "has no effect: surrogate weight limits the importance ratio at 1 + clipHigh already "
                    + "(in an arm, dualClip: null takes it away)"
            );
        }

        if (RatioIsOne(s))
        {
            throw source.Error($"{path}.dualClip", $"has no effect: {AlwaysOne}");
        }

        var least = FormattableString.Invariant($"a number above 1 + clipHigh ({1 + s.ClipHigh})");
        source.Require($"{path}.dualClip", dual > 1 + s.ClipHigh, dual, least);
    }

    private void Overlong(string path, GrpoSettings s)
    {
        if (s.Overlong is { } overlong)
        {
            source.Require(
                $"{path}.overlong.from",
                overlong.From < s.Decoding.MaxNewTokens,
                overlong.From,
                $"less than decoding.maxNewTokens ({s.Decoding.MaxNewTokens}), the longest response"
            );
        }
    }
}
