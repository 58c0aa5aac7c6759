using SkillFactory.Engine.Models;
using SkillFactory.Primitives.Errors;
using TorchSharp;
using static TorchSharp.torch;

namespace SkillFactory.Engine.Training;

/// <summary>
/// AdamW (Loshchilov and Hutter 2019) over the buckets: a dozen large operations for each part of a bucket, however many tensors there are.
/// Weight decay applies to matrices only. Weights of a narrower type than fp32 have fp32 masters: steps change the masters, and the weights
/// are the masters rounded.
/// </summary>
public sealed class AdamW : IDisposable
{
    /// <summary>Elements per part, which limits temporary memory to 64 MiB each.</summary>
    private const long PartLimit = 1 << 24;

    /// <summary>Largest decay rate of second moments in bf16. They have 8 significant bits: a slower decay rounds to none.</summary>
    private const double MaxNarrowBeta2 = 1 - (1.0 / 128);

    private readonly DecoderWeights _weights;
    private readonly ParameterBuckets? _masters;

    /// <param name="weights">The weights, whose values are set.</param>
    /// <param name="moments">Type of both moments: fp32 or bf16.</param>
    public AdamW(DecoderWeights weights, ScalarType moments = ScalarType.Float32)
    {
        _weights = weights;
        First = new ParameterBuckets(weights.Layout, weights.Device, moments);
        Second = new ParameterBuckets(weights.Layout, weights.Device, moments);
        First.Zero();
        Second.Zero();
        if (weights.Values.Type != ScalarType.Float32)
        {
            _masters = new ParameterBuckets(weights.Layout, weights.Device);
            _masters.CopyFrom(weights.Values);
        }
    }

    /// <summary>First moments.</summary>
    public ParameterBuckets First { get; }

    /// <summary>Second moments.</summary>
    public ParameterBuckets Second { get; }

    /// <summary>The fp32 weights that steps change. Call <see cref="Round"/> after changing them.</summary>
    public ParameterBuckets Masters => _masters ?? _weights.Values;

    /// <summary>Whether <see cref="Masters"/> are not the weights themselves.</summary>
    public bool HasMasters => _masters is not null;

    /// <summary>Steps taken.</summary>
    public int Step { get; internal set; }

    /// <summary>Clips the gradient by its norm over all buckets, and updates the weights.</summary>
    /// <param name="gradient">fp32. Clipping scales it in place.</param>
    /// <param name="learningRate">Learning rate of this step.</param>
    /// <param name="settings">Hyperparameters.</param>
    /// <returns>The norm of the gradient before clipping.</returns>
    /// <exception cref="UserErrorException">The gradient is not finite. Nothing has changed.</exception>
    public double Update(ParameterBuckets gradient, double learningRate, AdamWSettings settings)
    {
        using var noGrad = no_grad();
        if (Second.Type != ScalarType.Float32 && settings.Beta2 > MaxNarrowBeta2)
        {
            throw new UserErrorException($"beta2 is {settings.Beta2}; moments in bf16 need at most {MaxNarrowBeta2}");
        }

        var norm = Norm(gradient);
        if (!double.IsFinite(norm))
        {
            throw new UserErrorException(
                $"training diverged: the gradient's norm after {Step} optimiser steps is {(float)norm}; "
                    + "lower learningRate or increase warmupSteps"
            )
            {
                Repeats = true,
            };
        }

        var scale = settings.ClipNorm > 0 && norm > settings.ClipNorm ? settings.ClipNorm / (norm + 1e-6) : 1;
        Step++;
        for (var b = 0; b < gradient.Tensors.Count; b++)
        {
            var bucket = _weights.Layout.Buckets[b];
            for (long first = 0; first < bucket.Count; first += PartLimit)
            {
                using var scope = NewDisposeScope();
                var count = Math.Min(PartLimit, bucket.Count - first);
                var part = gradient.Part(b, first, count);
                if (scale != 1)
                {
                    part.TimesInPlace(scale);
                }

                Update(b, first, part, Math.Clamp(bucket.DecayedCount - first, 0, count), learningRate, settings);
            }
        }

        return norm;
    }

    /// <summary>Sets the weights to the masters, rounded.</summary>
    public void Round()
    {
        if (_masters is not null)
        {
            _weights.Values.CopyFrom(_masters);
        }
    }

    public void Dispose()
    {
        First.Dispose();
        Second.Dispose();
        _masters?.Dispose();
    }

    private static double Norm(ParameterBuckets gradient)
    {
        using var scope = NewDisposeScope();
        return Math.Sqrt(gradient.Tensors.Select(t => (double)t.norm().item<float>()).Sum(n => n * n));
    }

    /// <param name="bucket">Index of the bucket.</param>
    /// <param name="first">First element of the part.</param>
    /// <param name="gradient">The gradient of the part, [count].</param>
    /// <param name="decayed">Elements of the part, from the first on, that take weight decay.</param>
    private void Update(int bucket, long first, Tensor gradient, long decayed, double learningRate, AdamWSettings settings)
    {
        var count = gradient.numel();
        var weights = Masters.Part(bucket, first, count);
        if (settings.WeightDecay > 0 && decayed > 0)
        {
            weights.narrow(0, 0, decayed).TimesInPlace(1 - (learningRate * settings.WeightDecay));
        }

        var (storedFirst, storedSecond) = (First.Part(bucket, first, count), Second.Part(bucket, first, count));
        var (mean, square) = (storedFirst.to(ScalarType.Float32), storedSecond.to(ScalarType.Float32));
        mean.TimesInPlace(settings.Beta1).PlusInPlace(gradient, 1 - settings.Beta1);
        square.TimesInPlace(settings.Beta2).PlusProductInPlace(gradient, gradient, 1 - settings.Beta2);
        if (First.Type != ScalarType.Float32)
        {
            // Moments in fp32 are changed in place; others are a copy here.
            storedFirst.copy_(mean);
            storedSecond.copy_(square);
        }

        var denominator = square.Over(1 - Math.Pow(settings.Beta2, Step)).sqrt_().PlusInPlace(settings.Epsilon);
        weights.PlusQuotientInPlace(mean, denominator, -learningRate / (1 - Math.Pow(settings.Beta1, Step)));
        if (_masters is not null)
        {
            _weights.Values.Part(bucket, first, count).copy_(weights);
        }
    }
}
