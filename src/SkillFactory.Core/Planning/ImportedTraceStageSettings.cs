using SkillFactory.Core.Recipes;

namespace SkillFactory.Core.Planning;

/// <summary>Settings of importing traces.</summary>
public sealed record ImportedTraceStageSettings(string Prompts, ImportedTraceSettings Given) : StageSettings(Prompts);
