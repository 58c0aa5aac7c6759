using SkillFactory.Core.Recipes;

namespace SkillFactory.Core.Planning;

/// <summary>Settings of supervised fine-tuning.</summary>
/// <param name="Gate">The questions of the gate; null without a gate.</param>
/// <param name="Validation">The questions of evaluations during training; null without them.</param>
public sealed record SftStageSettings(string Prompts, SftSettings Sft, ValidationSettings? Gate, ValidationSettings? Validation = null)
    : StageSettings(Prompts);
