namespace SkillFactory.Engine.Tests;

/// <summary>Tests that make tensors run one after the other and by themselves: the number of live tensors is a property of the process,
/// and math threads of two tests at once would only slow each other down.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class TensorCollection
{
    public const string Name = "tensors";
}
