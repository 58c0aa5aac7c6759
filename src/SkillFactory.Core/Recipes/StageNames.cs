namespace SkillFactory.Core.Recipes;

/// <summary>Names of the stages an arm can go through, in the order of the method.</summary>
public static class StageNames
{
    public const string Sample = "sample";
    public const string Reflect = "reflect";
    public const string Traces = "traces";

    /// <summary>Traces from a file, in place of those the model makes itself.</summary>
    public const string Given = "given";
    public const string Sft = "sft";
    public const string Grpo = "grpo";

    public static IReadOnlyList<string> InOrder { get; } = [Sample, Reflect, Traces, Given, Sft, Grpo];
}
