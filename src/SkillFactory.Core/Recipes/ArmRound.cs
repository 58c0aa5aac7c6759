namespace SkillFactory.Core.Recipes;

/// <summary>One of an arm's rounds with the settings that its stages run with. A round ends with every sft that another follows and with every grpo that
/// anything follows: [sample, traces, sft, sample, traces, sft, grpo] has two, the second from the second sample on.</summary>
/// <param name="Number">From 1.</param>
/// <param name="Stages">Its stages, in their order; none for an arm that trains nothing.</param>
public sealed record ArmRound(
    int Number,
    IReadOnlyList<string> Stages,
    IReadOnlyList<QuestionSource> Train,
    SamplingSettings Sampling,
    ReflectionSettings Reflection,
    TraceSettings Traces,
    ImportedTraceSettings? Given,
    SftSettings Sft,
    GrpoSettings Grpo
)
{
    /// <summary>An arm's rounds, at least one: what a round sets goes before what the arm sets, and that before the recipe.</summary>
    public static IReadOnlyList<ArmRound> Of(Recipe recipe, ArmSettings arm) =>
        [
            .. Split(arm.Stages)
                .Select(
                    (stages, i) =>
                    {
                        var (round, set) = (arm.Rounds.ElementAtOrDefault(i) ?? new RoundOverrides(), arm.Set);
                        return new ArmRound(
                            i + 1,
                            stages,
                            round.Train ?? set.Train ?? recipe.Train,
                            round.Sampling ?? set.Sampling ?? recipe.Sampling,
                            round.Reflection ?? set.Reflection ?? recipe.Reflection,
                            round.Traces ?? set.Traces ?? recipe.Traces,
                            round.Given ?? set.Given ?? recipe.Given,
                            round.Sft ?? set.Sft ?? recipe.Sft,
                            round.Grpo ?? set.Grpo ?? recipe.Grpo
                        );
                    }
                ),
        ];

    private static IEnumerable<IReadOnlyList<string>> Split(IReadOnlyList<string> stages)
    {
        var lastSft = stages.ToList().LastIndexOf(StageNames.Sft);
        var from = 0;
        for (var at = 0; at < stages.Count; at++)
        {
            if (stages[at] == StageNames.Sft ? at < lastSft : stages[at] == StageNames.Grpo && at < stages.Count - 1)
            {
                yield return [.. stages.Skip(from).Take(at + 1 - from)];
                from = at + 1;
            }
        }

        yield return [.. stages.Skip(from)];
    }
}

/// <summary>Over all arms of a recipe.</summary>
public static class RecipeRounds
{
    /// <summary>The rounds that have a stage.</summary>
    public static IEnumerable<ArmRound> RoundsWith(this Recipe recipe, string stage) =>
        recipe.Arms.SelectMany(a => ArmRound.Of(recipe, a)).Where(r => r.Stages.Contains(stage));

    /// <summary>Every source of training questions that is written anywhere, used or not.</summary>
    public static IEnumerable<QuestionSource> TrainingSources(this Recipe recipe) =>
        recipe.Train.Concat(recipe.Arms.SelectMany(a => a.Rounds.Prepend(a.Set)).SelectMany(s => s.Train ?? []));
}
