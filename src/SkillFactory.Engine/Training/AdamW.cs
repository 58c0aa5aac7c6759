using SkillFactory.Engine.Models;
using SkillFactory.Primitives.Errors;
using TorchSharp;
using static TorchSharp.torch;

namespace SkillFactory.Engine.Training;

/// <summary>Rates of one optimiser step.</summary>
public sealed record AdamWSettings(double Beta1, double Beta2, double WeightDecay, double ClipNorm, double Epsilon = 1e-8);

/// <summary>AdamW (Loshchilov and Hutter 2019) over the flat buffer: a dozen large operations whatever the number of parameters.
/// Weight decay applies to matrices only.</summary>
public sealed class AdamW : IDisposable
{
    private readonly DecoderWeights _weights;

    public AdamW(DecoderWeights weights)
    {
        _weights = weights;
        using var scope = NewDisposeScope();
        First = zeros_like(weights.Flat).DetachFromDisposeScope();
        Second = zeros_like(weights.Flat).DetachFromDisposeScope();
    }

    /// <summary>[Count]: first moment.</summary>
    public Tensor First { get; }

    /// <summary>[Count]: second moment.</summary>
    public Tensor Second { get; }

    /// <summary>Steps taken.</summary>
    public int Step { get; private set; }

    /// <summary>Clips the gradient to the global norm, updates the weights, leaves the gradient as it is.</summary>
    /// <param name="gradient">[Count]; scaled in place when clipped.</param>
    /// <param name="learningRate">This step's rate.</param>
    /// <param name="settings">Rates.</param>
    /// <returns>The gradient's norm before clipping.</returns>
    /// <exception cref="UserErrorException">The gradient is not finite; nothing was changed.</exception>
    public double Update(Tensor gradient, double learningRate, AdamWSettings settings)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var norm = gradient.norm().item<float>();
        if (!float.IsFinite(norm))
        {
            throw new UserErrorException(
                $"training diverged: the gradient's norm after {Step} optimiser steps is {norm}; lower learningRate, or lengthen warmupSteps"
            );
        }

        if (settings.ClipNorm > 0 && norm > settings.ClipNorm)
        {
            gradient.TimesInPlace(settings.ClipNorm / (norm + 1e-6));
        }

        Step++;
        if (settings.WeightDecay > 0)
        {
            _weights.Flat.narrow(0, 0, _weights.Layout.DecayedCount).TimesInPlace(1 - (learningRate * settings.WeightDecay));
        }

        First.TimesInPlace(settings.Beta1).PlusInPlace(gradient, 1 - settings.Beta1);
        Second.TimesInPlace(settings.Beta2).PlusProductInPlace(gradient, gradient, 1 - settings.Beta2);
        var denominator = Second.Over(1 - Math.Pow(settings.Beta2, Step)).sqrt_().PlusInPlace(settings.Epsilon);
        _weights.Flat.PlusQuotientInPlace(First, denominator, -learningRate / (1 - Math.Pow(settings.Beta1, Step)));
        return norm;
    }

    /// <summary>Both moments on the host, [Count] each.</summary>
    public (float[] First, float[] Second) ToArrays()
    {
        using var scope = NewDisposeScope();
        return (First.cpu().data<float>().ToArray(), Second.cpu().data<float>().ToArray());
    }

    /// <summary>Goes on from moments saved after <paramref name="step"/> steps.</summary>
    public void Restore(float[] first, float[] second, int step)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        First.copy_(tensor(first));
        Second.copy_(tensor(second));
        Step = step;
    }

    public void Dispose()
    {
        First.Dispose();
        Second.Dispose();
    }
}
