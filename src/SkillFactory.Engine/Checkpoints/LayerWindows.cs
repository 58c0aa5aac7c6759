using System.Text.Json;
using SkillFactory.Engine.Models;

namespace SkillFactory.Engine.Checkpoints;

/// <summary>Reads which layers see only a window of positions.</summary>
internal static class LayerWindows
{
    private const int DefaultWindow = 4096;

    /// <summary>Qwen's default of <c>max_window_layers</c>.</summary>
    private const int DefaultFullLayers = 28;

    private const string Sliding = "sliding_attention";
    private const string Full = "full_attention";

    /// <summary>Sets the windows of a description.</summary>
    public static DecoderShape Read(ConfigFields fields, ModelFamily family, DecoderShape shape)
    {
        if (family.Windows == ModelFamily.WindowFields.None)
        {
            return shape;
        }

        var types = Types(fields, shape);
        var size = fields.Size("sliding_window", DefaultWindow);
        var layers = family.Windows == ModelFamily.WindowFields.Pattern ? OfPattern(types, shape) : OfSwitch(fields, types, shape);
        if (!layers.IsEmpty && fields.IsNull("sliding_window"))
        {
            throw fields.Wrong("sliding_window", $"layers {layers} have a window; expected its positions");
        }

        return shape with
        {
            WindowedLayers = layers,
            Window = layers.IsEmpty ? 0 : size,
            ScaledWindows = family.Windows != ModelFamily.WindowFields.Pattern,
        };
    }

    private static LayerSet OfPattern(LayerSet? types, DecoderShape shape) =>
        types ?? new(Enumerable.Range(0, shape.Layers).Where(i => (i + 1) % 4 != 0));

    private static LayerSet OfSwitch(ConfigFields fields, LayerSet? types, DecoderShape shape)
    {
        var (on, fullLayers) = (fields.Flag("use_sliding_window", false), MaxWindowLayers(fields));
        if (on)
        {
            return types
                ?? (fields.IsNull("sliding_window") ? LayerSet.None : new(Enumerable.Range(0, shape.Layers).Where(i => i >= fullLayers)));
        }

        return types is null || types.IsEmpty
            ? LayerSet.None
            : throw fields.Wrong("layer_types", $"use_sliding_window is not true; expected no '{Sliding}'");
    }

    private static int MaxWindowLayers(ConfigFields fields) =>
        fields.Find("max_window_layers") is not { } value ? DefaultFullLayers
        : value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var layers) && layers >= 0 ? layers
        : throw fields.Wrong("max_window_layers", "expected a whole number, 0 or above");

    private static LayerSet? Types(ConfigFields fields, DecoderShape shape)
    {
        if (fields.Texts("layer_types") is not { } types)
        {
            return null;
        }

        if (types.Count != shape.Layers)
        {
            throw fields.Wrong("layer_types", $"it has {types.Count} entries; num_hidden_layers is {shape.Layers}");
        }

        return types.FirstOrDefault(t => t is not (Sliding or Full)) is { } other
            ? throw fields.Wrong("layer_types", $"'{other}' is not supported; supported: {Full}, {Sliding}")
            : new LayerSet(Enumerable.Range(0, shape.Layers).Where(i => types[i] == Sliding));
    }
}
