using SkillFactory.Engine.Pretraining.Corpus;
using SkillFactory.Engine.Training;

namespace SkillFactory.Engine.Pretraining;

/// <summary>The YAML recipe of a base model that is trained on a corpus it generates: tokenizer, sizes, corpus and schedule.
/// Its length is a number of steps, not a time, so that every machine makes the same model.</summary>
public sealed record PretrainRecipe
{
    /// <summary>Version of the recipe format; always 1.</summary>
    public int Version { get; init; } = 1;

    /// <summary>Name of the model.</summary>
    public required string Name { get; init; }

    /// <summary>One line for the model card.</summary>
    public string Description { get; init; } = "";

    /// <summary>Seed of the weights, the corpus and the probe.</summary>
    public long Seed { get; init; } = 1;

    /// <summary>Path of the model folder, relative to the recipe file.</summary>
    public required string Output { get; init; }

    /// <summary>Model folder whose weights and tokenizer are trained further, relative to the recipe file. Its tokenizer and sizes replace
    /// the sections <c>tokenizer</c> and <c>model</c>. Null: from scratch.</summary>
    public string? Start { get; init; }

    /// <summary>"cpu" or "cuda:N".</summary>
    public string Device { get; init; } = "cpu";

    public PretrainTokenizer Tokenizer { get; init; } = new();

    public PretrainModel Model { get; init; } = new();

    public CorpusSettings Corpus { get; init; } = new();

    /// <summary>Number of optimiser steps.</summary>
    public int Steps { get; init; } = 4000;

    /// <summary>Documents per step.</summary>
    public int BatchSize { get; init; } = 96;

    /// <summary>Peak learning rate.</summary>
    public double LearningRate { get; init; } = 2.5e-3;

    /// <summary>Number of linear warm-up steps.</summary>
    public int WarmupSteps { get; init; } = 60;

    /// <summary>Share of the steps, at the end, over which the learning rate falls linearly.</summary>
    public double DecayShare { get; init; } = 0.35;

    /// <summary>Final learning rate as a share of the peak.</summary>
    public double FinalLearningRateShare { get; init; } = 0.05;

    public double WeightDecay { get; init; } = 0.05;

    public double Beta1 { get; init; } = 0.9;

    public double Beta2 { get; init; } = 0.95;

    public double ClipNorm { get; init; } = 1.0;

    /// <summary>Steps between checkpoints for <c>--resume</c>.</summary>
    public int CheckpointEvery { get; init; } = 250;

    /// <summary>Number of validation questions per Countdown level for the figures in the model card.</summary>
    public int ProbeQuestions { get; init; } = 128;
}
