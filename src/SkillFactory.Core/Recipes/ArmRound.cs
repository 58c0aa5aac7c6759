namespace SkillFactory.Core.Recipes;

/// <summary>One round of an arm with the settings of its stages. A round ends with every sft that another sft follows and with every grpo
/// that any stage follows: [sample, traces, sft, sample, traces, sft, grpo] has two, of which the second begins with the second
/// sample.</summary>
/// <param name="Number">From 1.</param>
/// <param name="Stages">The stages in order; empty for an arm that trains nothing.</param>
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
    /// <summary>The rounds of an arm, at least one. Settings of a round precede those of the arm, which precede those of the
    /// recipe.</summary>
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
