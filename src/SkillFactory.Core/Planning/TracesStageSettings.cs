using SkillFactory.Core.Recipes;

namespace SkillFactory.Core.Planning;

/// <summary>Settings of building silver traces.</summary>
public sealed record TracesStageSettings(string Prompts, TraceSettings Traces) : StageSettings(Prompts);
