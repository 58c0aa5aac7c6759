using SkillFactory.Core.Recipes;

namespace SkillFactory.Core.Planning;

/// <summary>Settings of GRPO.</summary>
/// <param name="Train">Question mix, which holds within every step.</param>
/// <param name="Validation">The questions of evaluations during training; null without them.</param>
public sealed record GrpoStageSettings(
    string Prompts,
    IReadOnlyList<QuestionSource> Train,
    GrpoSettings Grpo,
    ValidationSettings? Validation = null
) : StageSettings(Prompts);
