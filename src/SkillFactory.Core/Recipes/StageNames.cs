namespace SkillFactory.Core.Recipes;

/// <summary>The stages of an arm, in the order of the method.</summary>
public static class StageNames
{
    public const string Sample = "sample";
    public const string Reflect = "reflect";
    public const string Traces = "traces";

    /// <summary>Imports traces in place of the three stages before.</summary>
    public const string Given = "given";
    public const string Sft = "sft";
    public const string Grpo = "grpo";

    public static IReadOnlyList<string> InOrder { get; } = [Sample, Reflect, Traces, Given, Sft, Grpo];
}
