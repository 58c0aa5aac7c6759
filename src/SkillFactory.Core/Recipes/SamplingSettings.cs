using SkillFactory.Core.Sampling;
using SkillFactory.Core.YamlBinding;

namespace SkillFactory.Core.Recipes;

/// <summary>How the model's own attempts are sampled (paper section 3).</summary>
public sealed record SamplingSettings
{
    /// <summary>Training questions, divided among the sources by weight. Paper: 4,000.</summary>
    [AtLeast(1)]
    public int Questions { get; init; } = 1000;

    /// <summary>Attempts per question and prompt variant. Paper: 16.</summary>
    [AtLeast(1)]
    public int AttemptsPerVariant { get; init; } = 4;

    /// <summary>Prompt variants. Paper: the four without "_hinted"; for OpenThoughts all eight. A "_hinted" variant gives the answer as a
    /// hint; attempts that mention the hint are not used for traces.</summary>
    [AtLeastOne("prompt variant"), Distinct, OneOf(typeof(RecipeValues), nameof(RecipeValues.Variants))]
    public IReadOnlyList<string> Variants { get; init; } = RecipeValues.PlainVariants;

    /// <summary>How tokens of attempts are drawn.</summary>
    public Decoding Decoding { get; init; } = new();

    /// <summary>Prompts per batch. A batch is the unit of work and of determinism, so another size gives other attempts.</summary>
    [AtLeast(1)]
    public int PromptsPerBatch { get; init; } = 64;

    /// <summary>Most sampling rounds. Each round after the first asks only the questions that do not have enough attempts yet.</summary>
    [AtLeast(2, "leave it out for one round")]
    public int? Rounds { get; init; }

    /// <summary>When a question has enough attempts. Without it, every round asks all questions.</summary>
    public EnoughAttempts? Enough { get; init; }

    /// <summary>Generated tokens after which no further prompt batch starts. Batches of all sources then alternate, so that the mix holds
    /// wherever sampling ends.</summary>
    [AtLeast(1)]
    public long? TokenBudget { get; init; }

    /// <summary>Worked examples that precede every question, for the model to imitate (after BOLT).</summary>
    public ExampleSettings? Examples { get; init; }

    /// <summary>Another model that makes the attempts: a Hugging Face folder, relative to the recipe file. Without it, the arm's own model
    /// as trained so far.</summary>
    [NotEmpty]
    public string? Model { get; init; }
}
