using SkillFactory.Core.YamlBinding;

namespace SkillFactory.Core.Recipes;

/// <summary>Supervised fine-tuning on the traces: loss on the response tokens, AdamW, linear warm-up followed by cosine decay.</summary>
public sealed record SftSettings
{
    /// <summary>The weights that rounds after the first start from: "base" (STaR fine-tunes the base in every round) or "previous" (the
    /// weights of the round before).</summary>
    [OneOf(typeof(RecipeValues), nameof(RecipeValues.StartingPoints))]
    public string StartFrom { get; init; } = RecipeValues.StartFromBase;

    /// <summary>Passes over the data. Paper: 2.</summary>
    [Above(0)]
    public double Epochs { get; init; } = 2;

    /// <summary>Sequences per optimiser step.</summary>
    [AtLeast(1)]
    public int BatchSize { get; init; } = 32;

    /// <summary>Peak learning rate. Paper: 1e-6 for 1.5B. A tiny model needs about the peak rate of its pretraining.</summary>
    [Above(0)]
    public double LearningRate { get; init; } = 1e-6;

    /// <summary>Final learning rate as a share of the peak.</summary>
    [Between(0, 1)]
    public double FinalLearningRateShare { get; init; } = 0.05;

    /// <summary>Linear warm-up steps.</summary>
    [AtLeast(0)]
    public int WarmupSteps { get; init; } = 20;

    /// <summary>Decoupled weight decay of AdamW.</summary>
    [AtLeast(0)]
    public double WeightDecay { get; init; } = 0.01;

    /// <summary>Decay rate of AdamW's first moment.</summary>
    [Between(0, 1, ExcludesMaximum = true)]
    public double Beta1 { get; init; } = 0.9;

    /// <summary>Decay rate of AdamW's second moment.</summary>
    [Between(0, 1, ExcludesMaximum = true)]
    public double Beta2 { get; init; } = 0.95;

    /// <summary>Limit of the global gradient norm; 0 for none.</summary>
    [AtLeast(0)]
    public double ClipNorm { get; init; } = 1.0;

    /// <summary>Longest sequence in tokens; <see cref="Longer"/> says what happens to longer ones.</summary>
    [AtLeast(1)]
    public int MaxLength { get; init; } = 1024;

    /// <summary>What happens to sequences that are too long. "refuse" (default): they are an error. "skip": they are skipped and counted.
    /// "cut": their end is cut off, as LLaMA-Factory does, and they are counted.</summary>
    [OneOf(typeof(RecipeValues), nameof(RecipeValues.LongerRules))]
    public string? Longer { get; init; }

    /// <summary>Number of sequences drawn from the data set. Without it, all are used.</summary>
    [AtLeast(1)]
    public int? Rows { get; init; }

    /// <summary>Packs several sequences into one row (block-diagonal attention). The loss is the same.</summary>
    public bool Packing { get; init; }

    /// <summary>Steps between durable checkpoints: a crash costs at most these.</summary>
    [AtLeast(1)]
    public int CheckpointEvery { get; init; } = 25;

    /// <summary>Steps between evaluations on validation questions; the first is before training.</summary>
    [AtLeast(1)]
    public int? EvaluateEvery { get; init; }

    /// <summary>Validation questions of these evaluations, in the proportions of the training mix. Without it: 128.</summary>
    [AtLeast(1)]
    public int? EvaluateQuestions { get; init; }

    /// <summary>Mixes the model's own right answers to other questions into the traces. Without it, the traces are all.</summary>
    public ReplaySettings? Replay { get; init; }

    /// <summary>Continues training until the model's verdict decides whether it stops.</summary>
    public SftGate? Gate { get; init; }
}
