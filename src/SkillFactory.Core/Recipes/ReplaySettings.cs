using SkillFactory.Core.Sampling;
using SkillFactory.Core.YamlBinding;

namespace SkillFactory.Core.Recipes;

/// <summary>The model's own right answers to other questions as a part of the fine-tuning data, so that fine-tuning on traces does not
/// unlearn what the traces do not show. No teacher is needed. Not in the paper; ours.</summary>
public sealed record ReplaySettings
{
    /// <summary>Tasks and levels to keep. Their training questions are asked under the original prompt by the weights that fine-tuning
    /// starts from.</summary>
    [AtLeastOne("source of questions")]
    public required IReadOnlyList<QuestionSource> Sources { get; init; }

    /// <summary>Share of the fine-tuning rows that are replayed answers. Answers are repeated when there are too few, and a random part is
    /// used when there are too many.</summary>
    [Between(0, 1, ExcludesMinimum = true, ExcludesMaximum = true)]
    public double Share { get; init; } = 0.3;

    /// <summary>Training questions, divided among the sources by weight.</summary>
    [AtLeast(1)]
    public int Questions { get; init; } = 400;

    /// <summary>Attempts per question. Those that are right and different are used.</summary>
    [AtLeast(1)]
    public int Attempts { get; init; } = 4;

    /// <summary>How tokens of the answers are drawn.</summary>
    public Decoding Decoding { get; init; } = new();

    /// <summary>Prompts per batch. A batch is the unit of work and of determinism, so another size gives other answers.</summary>
    [AtLeast(1)]
    public int PromptsPerBatch { get; init; } = 64;
}
