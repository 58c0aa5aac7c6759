using SkillFactory.Engine.Models;

namespace SkillFactory.Engine.Tests.Models;

/// <summary>Small decoders of every family with awkward sizes: odd head counts, halves of heads that are odd, sizes that share no factor,
/// windows shorter than the text, texts longer than the original context.</summary>
internal static class FamilyShapes
{
    private static readonly DecoderShape Base = new()
    {
        VocabSize = 17,
        HiddenSize = 10,
        Layers = 2,
        Heads = 7,
        KvHeads = 1,
        HeadDim = 6,
        IntermediateSize = 13,
        MaxPositions = 48,
        TiedEmbedding = false,
    };

    public static readonly IReadOnlyDictionary<string, DecoderShape> All = new Dictionary<string, DecoderShape>
    {
        ["qwen2, 7:1"] = Base with { RopeTheta = 1e6 },
        ["qwen2, yarn"] = Base with { Heads = 3, KvHeads = 3, RopeScaling = new YarnRope(4, 12, 32, 1, 1.1386, true) },
        ["qwen2, windows from the second layer"] = Base with
        {
            Layers = 3,
            Heads = 4,
            KvHeads = 2,
            TiedEmbedding = true,
            Window = 5,
            WindowedLayers = new([1, 2]),
        },
        ["qwen3, 1:1"] = Base with
        {
            HiddenSize = 9,
            Heads = 5,
            KvHeads = 5,
            QkvBias = false,
            QueryKeyNorm = HeadNorm.PerHead,
            TiedEmbedding = true,
        },
        ["qwen3, attention bias"] = Base with
        {
            Heads = 6,
            KvHeads = 2,
            HeadDim = 10,
            QueryKeyNorm = HeadNorm.PerHead,
            OutputBias = true,
            RmsNormEps = 0.05,
        },
        ["llama, llama3 rope"] = Base with
        {
            Heads = 6,
            KvHeads = 2,
            HeadDim = 14,
            QkvBias = false,
            RopeTheta = 500,
            RopeScaling = new Llama3Rope(8, 1, 4, 16),
        },
        ["llama, all biases, linear rope"] = Base with
        {
            Heads = 3,
            KvHeads = 1,
            OutputBias = true,
            MlpBias = true,
            RopeScaling = new LinearRope(2.5),
        },
        ["smollm2, 9:3"] = Base with { HiddenSize = 18, Heads = 9, KvHeads = 3, HeadDim = 2, QkvBias = false, TiedEmbedding = true },
        ["olmo2"] = Base with
        {
            Heads = 5,
            KvHeads = 5,
            QkvBias = false,
            Norms = NormPlacement.AfterBlock,
            QueryKeyNorm = HeadNorm.Whole,
            RmsNormEps = 1e-5,
        },
        ["olmo2, grouped, biases"] = Base with
        {
            Heads = 6,
            KvHeads = 3,
            OutputBias = true,
            Norms = NormPlacement.AfterBlock,
            QueryKeyNorm = HeadNorm.Whole,
        },
        ["olmo3, yarn in every fourth layer"] = Base with
        {
            Layers = 5,
            Heads = 3,
            KvHeads = 1,
            HeadDim = 10,
            QkvBias = false,
            Norms = NormPlacement.AfterBlock,
            QueryKeyNorm = HeadNorm.Whole,
            RopeTheta = 100,
            RopeScaling = new YarnRope(4, 8, 32, 1, 1.2, true),
            Window = 3,
            WindowedLayers = new([0, 1, 2, 4]),
            ScaledWindows = false,
        },
    };

    public static TheoryData<string> Names => [.. All.Keys];
}
