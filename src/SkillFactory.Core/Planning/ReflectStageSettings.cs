using SkillFactory.Core.Recipes;

namespace SkillFactory.Core.Planning;

/// <summary>Settings of sampling reflections.</summary>
public sealed record ReflectStageSettings(string Prompts, ReflectionSettings Reflection) : StageSettings(Prompts);
