using SkillFactory.Engine.Models;

namespace SkillFactory.Engine.Checkpoints;

/// <summary>Reads the rotary positions: <c>rope_theta</c> and <c>rope_scaling</c>, or <c>rope_parameters</c> of Transformers 5, which may
/// have a part for each type of layer.</summary>
internal static class RopeFields
{
    private const string Full = "full_attention";
    private const string Sliding = "sliding_attention";
    private const string Supported = "supported: default, linear, llama3, yarn";

    /// <summary>Sets the rotary positions of a description, and lengthens its context to that of YaRN.</summary>
    public static DecoderShape Read(ConfigFields fields, ModelFamily family, DecoderShape shape)
    {
        var (older, newer) = (fields.Section("rope_scaling"), fields.Section("rope_parameters"));
        if (older is not null && newer is not null)
        {
            throw fields.Wrong("rope_parameters", "the file has 'rope_scaling' too; expected one of the two");
        }

        var section = older ?? newer;
        if (section?.Section(Full) is not { } full)
        {
            return Apply(section, fields, family, shape);
        }

        var name = older is null ? "rope_parameters" : "rope_scaling";
        if (family.Windows != ModelFamily.WindowFields.Pattern)
        {
            throw fields.Wrong(name, $"{family.Type} models have one rope for all layers");
        }

        var scaled = Apply(full, fields, family, shape);
        if (section.Section(Sliding) is { } sliding)
        {
            var plain = Apply(sliding, fields, family, shape);
            if (plain.RopeScaling != RopeScaling.None || plain.RopeTheta != scaled.RopeTheta)
            {
                throw section.Wrong(Sliding, $"expected rope_type 'default' and the rope_theta of {Full}, {scaled.RopeTheta}");
            }
        }

        RefuseUnread(section, "a part for each type of layer");
        return scaled;
    }

    private static DecoderShape Apply(ConfigFields? section, ConfigFields fields, ModelFamily family, DecoderShape shape)
    {
        var theta = Theta(section, fields, family);
        if (section is null)
        {
            return shape with { RopeTheta = theta };
        }

        var type = section.Text("rope_type") ?? section.Text("type") ?? "default";
        section.Find("type");
        RopeScaling scaling = type switch
        {
            "default" => RopeScaling.None,
            "linear" => new LinearRope(section.Number("factor")),
            "llama3" => Llama3(section, shape),
            "yarn" => Yarn(section, shape),
            _ => throw section.Wrong(section.Has("rope_type") ? "rope_type" : "type", Supported),
        };
        if (section.Has("partial_rotary_factor") && section.Number("partial_rotary_factor") != 1)
        {
            throw section.Wrong("partial_rotary_factor", "rotary positions on a part of each head are not supported; expected 1");
        }

        RefuseUnread(section, $"rope_type '{type}'");
        var length = scaling is YarnRope yarn ? (int)Math.Min(yarn.Factor * yarn.OriginalPositions, int.MaxValue) : 0;
        return shape with { RopeTheta = theta, RopeScaling = scaling, MaxPositions = Math.Max(shape.MaxPositions, length) };
    }

    private static double Theta(ConfigFields? section, ConfigFields fields, ModelFamily family)
    {
        var (inside, beside) = (section?.Has("rope_theta") == true, fields.Has("rope_theta"));
        if (inside && beside && section!.Number("rope_theta") != fields.Number("rope_theta"))
        {
            throw section.Wrong("rope_theta", $"'rope_theta' beside it is {fields.Number("rope_theta")}; expected the same");
        }

        return inside ? section!.Number("rope_theta") : fields.Number("rope_theta", family.RopeTheta);
    }

    private static Llama3Rope Llama3(ConfigFields section, DecoderShape shape)
    {
        var rope = new Llama3Rope(
            section.Number("factor"),
            section.Number("low_freq_factor"),
            section.Number("high_freq_factor"),
            section.Size("original_max_position_embeddings", shape.MaxPositions)
        );
        return rope.HighFrequencyFactor > rope.LowFrequencyFactor
            ? rope
            : throw section.Wrong("high_freq_factor", $"expected a number above low_freq_factor, {rope.LowFrequencyFactor}");
    }

    /// <summary>An explicit factor counts even if it is not the ratio of the two contexts, as in Transformers 5 and vLLM.</summary>
    private static YarnRope Yarn(ConfigFields section, DecoderShape shape)
    {
        var original = section.Size("original_max_position_embeddings", shape.MaxPositions);
        var factor = section.Number("factor", (double)shape.MaxPositions / original);
        var (scale, allScale) = (section.Number("mscale", 0), section.Number("mscale_all_dim", 0));
        var usual =
            scale > 0 && allScale > 0
                ? YarnRope.AttentionFactorOf(factor, scale) / YarnRope.AttentionFactorOf(factor, allScale)
                : YarnRope.AttentionFactorOf(factor);
        var rope = new YarnRope(
            factor,
            original,
            section.Number("beta_fast", 32),
            section.Number("beta_slow", 1),
            section.Number("attention_factor", usual),
            section.Flag("truncate", true)
        );
        return rope.BetaFast > rope.BetaSlow
            ? rope
            : throw section.Wrong(section.Has("beta_fast") ? "beta_fast" : "beta_slow", "expected beta_fast above beta_slow");
    }

    private static void RefuseUnread(ConfigFields section, string owner)
    {
        if (section.Unread.FirstOrDefault() is { } unread)
        {
            throw section.Wrong(unread, $"{owner} has no such field");
        }
    }
}
