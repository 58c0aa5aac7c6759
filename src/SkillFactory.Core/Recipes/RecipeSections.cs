namespace SkillFactory.Core.Recipes;

/// <summary>The sections that arms can change.</summary>
internal static class RecipeSections
{
    /// <summary>The keys of <see cref="ArmOverrides"/>, each with the stages that use it.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyList<string>> Stages { get; } =
        new Dictionary<string, IReadOnlyList<string>>
        {
            ["prompts"] = StageNames.InOrder,
            ["train"] = [StageNames.Sample, StageNames.Grpo],
            ["sampling"] = [StageNames.Sample],
            ["reflection"] = [StageNames.Reflect],
            ["traces"] = [StageNames.Traces],
            ["given"] = [StageNames.Given],
            ["sft"] = [StageNames.Sft],
            ["grpo"] = [StageNames.Grpo],
        };

    /// <summary>Whether nothing reads a section of the recipe. Evaluations read the prompts, and training questions are required.</summary>
    /// <param name="stages">The stages of all arms.</param>
    public static bool IsUnused(string section, IReadOnlySet<string> stages) =>
        section is not ("train" or "prompts") && Stages.TryGetValue(section, out var users) && !users.Any(stages.Contains);

    /// <summary>The keys of <see cref="RoundOverrides"/>. The prompt set is that of the whole arm, because its evaluations use
    /// it.</summary>
    public static IReadOnlyList<string> OfRounds { get; } = [.. Stages.Keys.Where(section => section != "prompts")];
}
