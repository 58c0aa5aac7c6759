using SkillFactory.Core.Randomness;
using SkillFactory.Core.Recipes;
using SkillFactory.Core.Tasks;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Core.Planning;

/// <summary>The questions of training stages. They depend on the recipe and the seed alone, so they are known before a run
/// starts.</summary>
public static class StageQuestions
{
    /// <summary>With a token budget the number of GRPO steps is unknown: questions are drawn for this many times the recipe's steps, then
    /// repeat.</summary>
    private const int BudgetedQuestionsFactor = 16;

    private const string Questions = "questions";

    /// <summary>Questions whose attempts are sampled.</summary>
    /// <param name="random">The root of the stage; see <see cref="PlanNode.Random"/>.</param>
    /// <exception cref="UserErrorException">A source is invalid or has too few questions.</exception>
    public static IReadOnlyList<Question> OfSampling(QuestionMix mix, SamplingSettings sampling, KeyedRandom random) =>
        mix.Distinct(Split.Sft, sampling.Questions, random.Child(Questions));

    /// <summary>Validation questions of the gate.</summary>
    /// <inheritdoc cref="OfSampling"/>
    public static IReadOnlyList<Question> OfGate(QuestionMix mix, SftGate gate, KeyedRandom random) =>
        mix.Distinct(Split.Validation, gate.Questions, random.Child(Questions));

    /// <summary>Questions that GRPO asks, each once. They repeat from the start until all steps have theirs.</summary>
    /// <param name="asked">Prompts of all steps; see <see cref="AskedByGrpo"/>.</param>
    /// <inheritdoc cref="OfSampling"/>
    public static IReadOnlyList<Question> OfGrpo(QuestionMix mix, GrpoSettings grpo, int asked, KeyedRandom random) =>
        mix.StartingOver(Split.Rl, Math.Min(asked, grpo.Questions ?? asked), random.Child(Questions));

    /// <summary>Most prompts that GRPO asks in all steps.</summary>
    /// <param name="mostSteps">Most steps that a token budget allows, if that is known already.</param>
    public static int AskedByGrpo(GrpoSettings grpo, int mostSteps = int.MaxValue)
    {
        var steps = grpo.TokenBudget is null ? grpo.Steps : Math.Min(mostSteps, grpo.Steps * BudgetedQuestionsFactor);
        return grpo.PromptsPerStep * (grpo.DynamicRounds ?? 1) * steps;
    }
}
