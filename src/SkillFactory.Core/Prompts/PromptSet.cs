using SkillFactory.Core.Recipes;
using SkillFactory.Core.Tasks;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Core.Prompts;

/// <summary>One wording of all prompts that ask a model to solve a question or to judge an attempt.</summary>
/// <remarks>The prompts used for training never describe how to retry and verify; the traces teach that. The instructed sets describe it,
/// for the baseline that has the instruction but no traces (paper C.1, "Instruction Prompt").</remarks>
public sealed class PromptSet
{
    private static readonly PromptSet[] All =
    [
        new(RecipeValues.Standard, RecipeValues.Standard, StandardPrompts.Variants, StandardPrompts.Reflection),
        new(RecipeValues.Compact, RecipeValues.Compact, CompactPrompts.Variants, CompactPrompts.Reflection),
        new(
            RecipeValues.StandardInstructed,
            RecipeValues.Standard,
            [.. StandardPrompts.Variants.Select(SkillInstruction.Standard)],
            StandardPrompts.Reflection
        ),
        new(
            RecipeValues.CompactInstructed,
            RecipeValues.Compact,
            [.. CompactPrompts.Variants.Select(SkillInstruction.Compact)],
            CompactPrompts.Reflection
        ),
    ];

    private readonly Func<Question, string, (string? System, string User)> _reflection;

    private PromptSet(
        string name,
        string wording,
        IReadOnlyList<PromptVariant> variants,
        Func<Question, string, (string? System, string User)> reflection
    ) => (Name, Wording, Variants, _reflection) = (name, wording, variants, reflection);

    public static IReadOnlyList<string> Names { get; } = [.. All.Select(s => s.Name)];

    /// <summary>Name in recipes.</summary>
    public string Name { get; }

    /// <summary>The <see cref="QuestionSpec.Wording"/> of the questions that these prompts ask.</summary>
    public string Wording { get; }

    /// <summary>The solve prompts, <see cref="PromptVariant.Original"/> first. Each also has a hinted form; see
    /// <see cref="AnswerHint"/>.</summary>
    public IReadOnlyList<PromptVariant> Variants { get; }

    /// <exception cref="UserErrorException">Unknown name.</exception>
    public static PromptSet Get(string name) =>
        All.FirstOrDefault(s => s.Name == name) ?? throw new UserErrorException($"unknown prompts '{name}'{NearestName.Hint(name, Names)}");

    /// <exception cref="UserErrorException">The variant is unknown; the message suggests the nearest one.</exception>
    public PromptVariant Variant(string name) =>
        Variants.FirstOrDefault(v => v.Name == AnswerHint.WithoutHint(name)) is { } variant
            ? variant with
            {
                Name = name,
            }
            : throw new UserErrorException($"unknown prompt variant '{name}'{NearestName.Hint(name, RecipeValues.Variants)}");

    /// <summary>The messages that ask for a solution.</summary>
    /// <exception cref="UserErrorException">The variant is unknown, or it is hinted and no answer to the question is known.</exception>
    public (string? System, string User) SolvePrompt(Question question, string variant)
    {
        var prompt = Variant(variant);
        return (
            prompt.System,
            prompt.UserMessage(AnswerHint.IsHinted(variant) ? question.Text + AnswerHint.Text(question, Wording) : question.Text)
        );
    }

    /// <summary>The messages that ask to judge an attempt at a question.</summary>
    /// <param name="attempt">The attempt's whole response. Surrounding white space is removed.</param>
    public (string? System, string User) ReflectionPrompt(Question question, string attempt) => _reflection(question, attempt.Trim());
}
