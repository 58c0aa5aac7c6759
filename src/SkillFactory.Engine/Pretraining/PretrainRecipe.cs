using SkillFactory.Engine.Pretraining.Corpus;
using SkillFactory.Engine.Training;

namespace SkillFactory.Engine.Pretraining;

/// <summary>How a base model is made from nothing, as its author writes it (YAML): tokenizer, sizes, corpus, schedule. Steps, not
/// minutes, so that anyone gets the same model.</summary>
public sealed record PretrainRecipe
{
    /// <summary>Schema version of the recipe format. Only 1 exists.</summary>
    public int Version { get; init; } = 1;

    /// <summary>Name of the model.</summary>
    public required string Name { get; init; }

    /// <summary>One line for the model card.</summary>
    public string Description { get; init; } = "";

    /// <summary>Seed of weights, corpus and probe.</summary>
    public long Seed { get; init; } = 1;

    /// <summary>Model folder, relative to the recipe file.</summary>
    public required string Output { get; init; }

    /// <summary>"cpu" or "cuda:N".</summary>
    public string Device { get; init; } = "cpu";

    public PretrainTokenizer Tokenizer { get; init; } = new();

    public PretrainModel Model { get; init; } = new();

    public CorpusSettings Corpus { get; init; } = new();

    /// <summary>Optimiser steps.</summary>
    public int Steps { get; init; } = 4000;

    /// <summary>Documents per step.</summary>
    public int BatchSize { get; init; } = 96;

    /// <summary>Peak learning rate.</summary>
    public double LearningRate { get; init; } = 2.5e-3;

    /// <summary>Linear warm-up steps.</summary>
    public int WarmupSteps { get; init; } = 60;

    /// <summary>Share of the steps at the end over which the rate falls linearly.</summary>
    public double DecayShare { get; init; } = 0.35;

    /// <summary>Final learning rate as a share of the peak.</summary>
    public double FinalLearningRateShare { get; init; } = 0.05;

    public double WeightDecay { get; init; } = 0.05;

    public double Beta1 { get; init; } = 0.9;

    public double Beta2 { get; init; } = 0.95;

    public double ClipNorm { get; init; } = 1.0;

    /// <summary>Steps between checkpoints for <c>--resume</c>.</summary>
    public int CheckpointEvery { get; init; } = 250;

    /// <summary>Validation questions per Countdown level for the figures in the model card.</summary>
    public int ProbeQuestions { get; init; } = 128;
}

/// <summary>The tokenizer to train.</summary>
public sealed record PretrainTokenizer
{
    /// <summary>Largest vocabulary, added tokens included.</summary>
    public int VocabSize { get; init; } = 768;

    /// <summary>Every integer from 0 to this is one token.</summary>
    public int LargestNumber { get; init; } = 199;

    /// <summary>Corpus documents it is trained on.</summary>
    public int Documents { get; init; } = 20_000;
}

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
