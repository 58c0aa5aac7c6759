using SkillFactory.Core.Recipes;

namespace SkillFactory.Core.Planning;

/// <summary>Settings of best of n.</summary>
/// <param name="Reflection">How the base model's reflections are drawn, one per response.</param>
public sealed record BestOfNStageSettings(string Prompts, EvaluationSettings Evaluation, ReflectionSettings Reflection)
    : StageSettings(Prompts);
