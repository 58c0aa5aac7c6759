using SkillFactory.Engine.Models;
using SkillFactory.Primitives.Errors;
using TorchSharp;
using static TorchSharp.torch;

namespace SkillFactory.Engine.Training;

/// <summary>AdamW (Loshchilov and Hutter 2019) over the flat buffer: a dozen large operations, however many tensors there are. Weight decay
/// applies to matrices only.</summary>
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

    /// <summary>Clips the gradient and updates the weights.</summary>
    /// <param name="gradient">[Count]. Clipping scales it in place.</param>
    /// <param name="learningRate">Learning rate of this step.</param>
    /// <param name="settings">Hyperparameters.</param>
    /// <returns>The norm of the gradient before clipping.</returns>
    /// <exception cref="UserErrorException">The gradient is not finite. Nothing has changed.</exception>
    public double Update(Tensor gradient, double learningRate, AdamWSettings settings)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var norm = gradient.norm().item<float>();
        if (!float.IsFinite(norm))
        {
            throw new UserErrorException(
                $"training diverged: the gradient's norm after {Step} optimiser steps is {norm}; "
                    + "lower learningRate or increase warmupSteps"
            )
            {
                Repeats = true,
            };
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

    /// <summary>Copies both moments to host memory, [Count] each.</summary>
    public (float[] First, float[] Second) ToArrays()
    {
        using var scope = NewDisposeScope();
        return (First.cpu().data<float>().ToArray(), Second.cpu().data<float>().ToArray());
    }

    /// <summary>Restores moments that were saved after <paramref name="step"/> steps.</summary>
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
