using SkillFactory.Core.Recipes;

namespace SkillFactory.Core.Planning;

/// <summary>Settings of evaluating a checkpoint.</summary>
/// <param name="Evaluation">Without settings of the report, of best of n and of budget forcing, which are stages of their own.</param>
public sealed record EvaluateStageSettings(string Prompts, EvaluationSettings Evaluation) : StageSettings(Prompts);
