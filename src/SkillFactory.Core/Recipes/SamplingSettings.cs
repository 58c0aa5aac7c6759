using SkillFactory.Core.Sampling;

namespace SkillFactory.Core.Recipes;

/// <summary>The model's own attempts (paper section 3).</summary>
public sealed record SamplingSettings
{
    /// <summary>Training questions, spread over the sources by weight. Paper: 4,000.</summary>
    public int Questions { get; init; } = 1000;

    /// <summary>Attempts per question and variant. Paper: 16.</summary>
    public int AttemptsPerVariant { get; init; } = 4;

    /// <summary>Prompt variants by name. Paper: all four. With "_hinted" behind a name the answer is given as a hint (paper, OpenThoughts: all
    /// four and their hinted forms); attempts that speak of the hint are left out later.</summary>
    public IReadOnlyList<string> Variants { get; init; } = ["original", "plan_and_execute", "alternatively", "rephrase"];

    public Decoding Decoding { get; init; } = new();

    /// <summary>Prompts per batch, the unit of work and of determinism. Part of the result's identity.</summary>
    public int PromptsPerBatch { get; init; } = 64;

    /// <summary>Most rounds: each asks the questions that do not have enough attempts yet once more, as the first did all of them.</summary>
    public int? Rounds { get; init; }

    /// <summary>When a question has enough and is not asked in further rounds; off: all are asked in every round.</summary>
    public EnoughAttempts? Enough { get; init; }

    /// <summary>No prompt batch is begun any more when this many tokens are generated. Batches of all sources take turns then, so that the
    /// mix is kept wherever it ends.</summary>
    public long? TokenBudget { get; init; }

    /// <summary>Examples that stand before every question, for a model to write in their manner (BOLT-like).</summary>
    public ExampleSettings? Examples { get; init; }

    /// <summary>Another model that makes the attempts: a Hugging Face folder, relative to the recipe. Off: the model itself, as trained so far.</summary>
    public string? Model { get; init; }
}

/// <summary>Worked examples in the prompt. What the attempts are trained under later is the plain prompt.</summary>
public sealed record ExampleSettings
{
    /// <summary>Questions and responses, in the formats that given traces have; relative to the recipe.</summary>
    public required string File { get; init; }

    /// <summary>How many: the first of the file. Paper: 10.</summary>
    public int Count { get; init; } = 10;
}

/// <summary>Attempts that a question must have before it is left alone. Those that speak of a hint do not count.</summary>
public sealed record EnoughAttempts
{
    public int Correct { get; init; } = 1;

    public int Wrong { get; init; }
}

/// <summary>The model's reflections of its attempts (paper section 3).</summary>
public sealed record ReflectionSettings
{
    /// <summary>Reflections per attempt. Paper: 4.</summary>
    public int PerAttempt { get; init; } = 1;

    public Decoding Decoding { get; init; } = new();

    /// <summary>Prompts per batch.</summary>
    public int PromptsPerBatch { get; init; } = 256;
}
