namespace SkillFactory.Storage.Safetensors;

/// <summary>A tensor that a <see cref="SafetensorsWriter"/> will write.</summary>
public sealed record TensorPlan(string Name, TensorType Type, IReadOnlyList<long> Shape)
{
    /// <summary>Size in bytes.</summary>
    public long Length => Shape.Aggregate((long)TensorEntry.SizeOf(Type), (a, b) => checked(a * b));
}
