namespace SkillFactory.Engine.Pretraining;

/// <summary>Sizes of the decoder.</summary>
public sealed record PretrainModel
{
    public int HiddenSize { get; init; } = 128;

    public int Layers { get; init; } = 4;

    public int Heads { get; init; } = 4;

    public int KvHeads { get; init; } = 2;

    public int IntermediateSize { get; init; } = 320;

    public int MaxPositions { get; init; } = 512;

    public double RopeTheta { get; init; } = 10_000;
}
