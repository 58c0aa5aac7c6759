using SkillFactory.Core.Recipes;

namespace SkillFactory.Core.Planning;

/// <summary>Settings of sampling attempts.</summary>
/// <param name="Train">Question mix.</param>
public sealed record SampleStageSettings(string Prompts, IReadOnlyList<QuestionSource> Train, SamplingSettings Sampling)
    : StageSettings(Prompts);
