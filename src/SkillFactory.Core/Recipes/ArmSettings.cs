namespace SkillFactory.Core.Recipes;

/// <summary>One arm: the stages it goes through and what it changes.</summary>
public sealed record ArmSettings
{
    public required string Name { get; init; }

    /// <summary>Any of sample, reflect, traces, sft, grpo, in that order, or given in place of the first three. They may come again, any number of rounds, each with the
    /// model that the round before left (STaR). Empty: the base model as it is.</summary>
    public IReadOnlyList<string> Stages { get; init; } = [];

    /// <summary>Settings replaced for this arm, by the same keys as the recipe's sections (resolved by the reader).</summary>
    public ArmOverrides Set { get; init; } = new();

    /// <summary>Settings replaced for single rounds, laid over the arm's: the first entry for the first round, {} for a round that changes nothing. A round ends
    /// with every sft that another follows and with every grpo that anything follows.</summary>
    public IReadOnlyList<RoundOverrides> Rounds { get; init; } = [];

    /// <summary>The arm with all its sections as <paramref name="change"/> makes them.</summary>
    public ArmSettings WithSections(Func<RoundOverrides, RoundOverrides> change) =>
        this with
        {
            Set = (ArmOverrides)change(Set),
            Rounds = [.. Rounds.Select(change)],
        };
}

/// <summary>Whole sections as resolved for one round of an arm; null: the arm's own.</summary>
public record RoundOverrides
{
    public IReadOnlyList<QuestionSource>? Train { get; init; }

    public SamplingSettings? Sampling { get; init; }

    public ReflectionSettings? Reflection { get; init; }

    public TraceSettings? Traces { get; init; }

    public ImportedTraceSettings? Given { get; init; }

    public SftSettings? Sft { get; init; }

    public GrpoSettings? Grpo { get; init; }
}

/// <summary>Whole sections as resolved for one arm; null: the recipe's own.</summary>
public sealed record ArmOverrides : RoundOverrides
{
    /// <summary>The arm's own prompt set, in its evaluations too: "instructed" is the instruction-prompt baseline.</summary>
    public string? Prompts { get; init; }
}
