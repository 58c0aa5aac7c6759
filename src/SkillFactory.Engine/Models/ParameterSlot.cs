namespace SkillFactory.Engine.Models;

/// <summary>One tensor of a checkpoint in the flat buffer.</summary>
/// <param name="Name">Hugging Face name.</param>
/// <param name="Shape">Row-major shape.</param>
/// <param name="Offset">First element in the flat buffer.</param>
public sealed record ParameterSlot(string Name, long[] Shape, long Offset)
{
    public long Count => Shape.Aggregate(1L, (a, b) => a * b);
}
