namespace SkillFactory.Engine.Models;

/// <summary>Where one tensor of a checkpoint is stored.</summary>
/// <param name="Name">Hugging Face name.</param>
/// <param name="Shape">Row-major shape.</param>
/// <param name="Bucket">Index of its bucket.</param>
/// <param name="Offset">First element in the bucket.</param>
public sealed record ParameterSlot(string Name, long[] Shape, int Bucket, long Offset)
{
    public long Count { get; } = Shape.Aggregate(1L, (a, b) => a * b);
}
