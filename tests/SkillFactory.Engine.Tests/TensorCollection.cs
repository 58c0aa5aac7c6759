namespace SkillFactory.Engine.Tests;

/// <summary>Tests that create tensors run one at a time, because some count the live tensors of the process, and the math threads of
/// concurrent tests would slow each other down.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class TensorCollection
{
    public const string Name = "tensors";
}
