using SkillFactory.Core.YamlBinding;

namespace SkillFactory.Core.Recipes;

/// <summary>An arm: the stages it runs and the settings it changes.</summary>
public sealed record ArmSettings
{
    /// <summary>Name of the arm; unique in the recipe.</summary>
    [Matches(RecipeValues.NamePattern, RecipeValues.NameDescription)]
    public required string Name { get; init; }

    /// <summary>The stages in the order sample, reflect, traces, sft, grpo, or with given in place of the first three. They can repeat in
    /// any number of rounds, each starting with the model of the round before (STaR). Empty for the base model without training.</summary>
    [OneOf(typeof(StageNames), nameof(StageNames.InOrder))]
    public IReadOnlyList<string> Stages { get; init; } = [];

    /// <summary>Settings that this arm changes, by the keys of the recipe's sections.</summary>
    public ArmOverrides Set { get; init; } = new();

    /// <summary>Settings that single rounds change, laid over the arm's: the first entry is for the first round, {} for a round that
    /// changes nothing. A round ends with every sft that another sft follows and with every grpo that any stage follows.</summary>
    public IReadOnlyList<RoundOverrides> Rounds { get; init; } = [];

    /// <summary>The arm with the sections of the arm and of its rounds changed.</summary>
    public ArmSettings WithSections(Func<RoundOverrides, RoundOverrides> change) =>
        this with
        {
            Set = (ArmOverrides)change(Set),
            Rounds = [.. Rounds.Select(change)],
        };
}
