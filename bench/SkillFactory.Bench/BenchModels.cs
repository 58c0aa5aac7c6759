using SkillFactory.Core.Randomness;
using SkillFactory.Engine.Devices;
using SkillFactory.Engine.Models;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Bench;

/// <summary>Models with random weights for the benchmarks. Their sizes match bench/pytorch/engine.py.</summary>
internal static class BenchModels
{
    public static DecoderShape Shape(string size) =>
        size switch
        {
            "3m" => new()
            {
                VocabSize = 512,
                HiddenSize = 256,
                Layers = 4,
                Heads = 4,
                KvHeads = 2,
                HeadDim = 64,
                IntermediateSize = 704,
                MaxPositions = 512,
            },

            // models/tiny-base
            "tiny" => new()
            {
                VocabSize = 768,
                HiddenSize = 128,
                Layers = 4,
                Heads = 4,
                KvHeads = 2,
                HeadDim = 32,
                IntermediateSize = 320,
                MaxPositions = 512,
            },

            // Qwen2.5-0.5B
            "0.5b" => new()
            {
                VocabSize = 151_936,
                HiddenSize = 896,
                Layers = 24,
                Heads = 14,
                KvHeads = 2,
                HeadDim = 64,
                IntermediateSize = 4864,
                MaxPositions = 4096,
                RopeTheta = 1e6,
            },
            _ => throw new UserErrorException($"unknown size '{size}'{NearestName.Hint(size, ["3m", "tiny", "0.5b"])}"),
        };

    public static DecoderWeights Weights(DecoderShape shape, DeviceSpec device)
    {
        var weights = new DecoderWeights(new ParameterLayout(shape), device);
        weights.Initialize(new KeyedRandom(1));
        return weights;
    }

    public static int[] Tokens(DecoderShape shape, int count, KeyedRandom random)
    {
        var stream = random.Stream();
        return [.. Enumerable.Range(0, count).Select(_ => stream.Next(shape.VocabSize))];
    }
}
