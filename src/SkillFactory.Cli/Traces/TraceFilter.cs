using SkillFactory.Data.Rollouts;
using SkillFactory.Grading;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Cli.Traces;

/// <summary>Which responses to show; null: any.</summary>
/// <param name="Id">The id or a beginning of it.</param>
/// <param name="Contains">Part of the response, case ignored.</param>
internal sealed record TraceFilter(
    long? Seed,
    string? Arm,
    string? Stage,
    string? Checkpoint,
    Outcome? Outcome,
    string? Contains,
    string? Id
)
{
    public bool Fits(RolloutRow row) =>
        (Seed is null || row.Seed == Seed)
        && (Arm is null || row.Arm == Arm)
        && (Stage is null || row.Stage == Stage)
        && (Checkpoint is null || row.Checkpoint == Checkpoint)
        && (Outcome is null || row.Rollout.Outcome == Outcome)
        && (Contains is null || row.Rollout.Response.Contains(Contains, StringComparison.OrdinalIgnoreCase))
        && (Id is null || row.Rollout.Id.StartsWith(Id, StringComparison.Ordinal));

    /// <summary>Refuses names that no row has, instead of showing nothing without a word.</summary>
    /// <param name="known">Arms, stages and seeds that occur, from the rows read.</param>
    public UserErrorException? WhyNothing(IReadOnlyCollection<(long Seed, string Arm, string Stage)> known)
    {
        if (Arm is not null && !known.Any(k => k.Arm == Arm))
        {
            return new UserErrorException(
                $"there is no arm '{Arm}' in this run{NearestName.Hint(Arm, known.Select(k => k.Arm).ToHashSet())}"
            );
        }

        if (Stage is not null && !known.Any(k => k.Stage == Stage))
        {
            return new UserErrorException(
                $"there are no responses of a stage '{Stage}' in this run{NearestName.Hint(Stage, known.Select(k => k.Stage).ToHashSet())}"
            );
        }

        return Seed is not null && !known.Any(k => k.Seed == Seed)
            ? new UserErrorException(
                $"there is no seed {Seed} in this run; known: {string.Join(", ", known.Select(k => k.Seed).Distinct().Order())}"
            )
            : null;
    }
}
