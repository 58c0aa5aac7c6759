namespace SkillFactory.Core.Planning;

/// <summary>The part of a recipe that one stage depends on: two stages with equal settings and inputs are the same stage, whatever else
/// their recipes say.</summary>
/// <param name="Prompts">Name of the prompt set.</param>
public abstract record StageSettings(string Prompts);
