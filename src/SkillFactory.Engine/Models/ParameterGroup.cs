namespace SkillFactory.Engine.Models;

/// <summary>Tensors that one product reads as one: Q, K and V; gate and up; each other tensor alone. They differ only in their first
/// dimension, and lie one after the other.</summary>
/// <param name="Tensors">The tensors, in order.</param>
/// <param name="Decayed">Whether weight decay applies: to matrices, not to norms and biases.</param>
public sealed record ParameterGroup(IReadOnlyList<ParameterTensor> Tensors, bool Decayed)
{
    /// <summary>Identifies the group: the name of its first tensor.</summary>
    public string Name => Tensors[0].Name;

    /// <summary>The shape of all tensors together.</summary>
    public long[] Shape => [Tensors.Sum(t => t.Shape[0]), .. Tensors[0].Shape[1..]];
}
