namespace SkillFactory.Core.Recipes;

/// <summary>Supervised fine-tuning on the traces: loss on assistant tokens, AdamW, warm-up then cosine.</summary>
public sealed record SftSettings
{
    /// <summary>In rounds after the first, which weights to start from: "base" (STaR: every round fine-tunes the base on better data) or
    /// "previous".</summary>
    public string StartFrom { get; init; } = RecipeValues.StartFromBase;

    /// <summary>Passes over the data. Paper: 2.</summary>
    public double Epochs { get; init; } = 2;

    /// <summary>Sequences per optimiser step.</summary>
    public int BatchSize { get; init; } = 32;

    /// <summary>Peak learning rate. Paper: 1e-6 for 1.5B; a tiny model needs the order of its pretraining peak.</summary>
    public double LearningRate { get; init; } = 1e-6;

    /// <summary>Final learning rate as a share of the peak.</summary>
    public double FinalLearningRateShare { get; init; } = 0.05;

    /// <summary>Linear warm-up steps.</summary>
    public int WarmupSteps { get; init; } = 20;

    public double WeightDecay { get; init; } = 0.01;

    public double Beta1 { get; init; } = 0.9;

    public double Beta2 { get; init; } = 0.95;

    /// <summary>Global gradient norm limit; 0 is off.</summary>
    public double ClipNorm { get; init; } = 1.0;

    /// <summary>Longest sequence in tokens; what happens to longer ones is said in <see cref="Longer"/>.</summary>
    public int MaxLength { get; init; } = 1024;

    /// <summary>Sequences that are too long: "refuse" (the default: an error), "skip" (left out and counted) or "cut" (their end is not
    /// trained on, as LLaMA-Factory does it; counted).</summary>
    public string? Longer { get; init; }

    /// <summary>At most so many sequences, drawn from the data set. Off: all.</summary>
    public int? Rows { get; init; }

    /// <summary>Pack several sequences into one row (block-diagonal attention); the loss is the same either way.</summary>
    public bool Packing { get; init; }

    /// <summary>Steps between durable checkpoints, which bound what a crash costs.</summary>
    public int CheckpointEvery { get; init; } = 25;

    /// <summary>Steps between evaluations on validation questions during training, the first before it; null is off.</summary>
    public int? EvaluateEvery { get; init; }

    /// <summary>Validation questions of these evaluations, in the proportions of the training mix. Default 128.</summary>
    public int? EvaluateQuestions { get; init; }

    /// <summary>Continue until the verdict drives what follows, or the limit is reached; null is off.</summary>
    public SftGate? Gate { get; init; }
}

/// <summary>SFT goes on until, on validation questions, P(stop | it said Correct) and P(stop | it said Incorrect) hold.</summary>
public sealed record SftGate
{
    public double MinStopAfterCorrect { get; init; } = 0.95;

    public double MaxStopAfterIncorrect { get; init; } = 0.05;

    /// <summary>Least share of well-formed traces; null: reported, not required.</summary>
    public double? MinWellFormed { get; init; }

    /// <summary>Validation questions sampled at each check.</summary>
    public int Questions { get; init; } = 128;

    /// <summary>Passes added when the gate does not hold: a new warm-up and cosine.</summary>
    public double ExtraEpochs { get; init; } = 1;

    /// <summary>Most extensions. After that the run goes on, and the report says the gate did not hold.</summary>
    public int MaxExtensions { get; init; } = 3;
}
