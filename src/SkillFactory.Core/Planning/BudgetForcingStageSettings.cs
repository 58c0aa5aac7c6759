using SkillFactory.Core.Recipes;

namespace SkillFactory.Core.Planning;

/// <summary>Settings of continuing the responses of an evaluation.</summary>
/// <param name="Evaluation">As in the settings of that evaluation.</param>
/// <param name="Trigger">Text that replaces the end of a response.</param>
/// <param name="Times">Most continuations per response.</param>
/// <param name="LimitScale">Second response limit as a multiple of the set's.</param>
public sealed record BudgetForcingStageSettings(string Prompts, EvaluationSettings Evaluation, string Trigger, int Times, double LimitScale)
    : StageSettings(Prompts);
