namespace SkillFactory.Engine.Models;

/// <summary>One tensor of a checkpoint.</summary>
/// <param name="Name">Hugging Face name.</param>
/// <param name="Shape">Row-major shape.</param>
public sealed record ParameterTensor(string Name, long[] Shape)
{
    public long Count => Shape.Aggregate(1L, (a, b) => a * b);
}
