using SkillFactory.Data.Rollouts;
using SkillFactory.Grading;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Cli.Traces;

/// <summary>Selects the responses to show. A null condition matches any response.</summary>
/// <param name="Id">The id or a prefix of it.</param>
/// <param name="Contains">Part of the response; case is ignored.</param>
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
    public bool Matches(RolloutRow row) =>
        (Seed is null || row.Seed == Seed)
        && (Arm is null || row.Arm == Arm)
        && (Stage is null || row.Stage == Stage)
        && (Checkpoint is null || row.Checkpoint == Checkpoint)
        && (Outcome is null || row.Rollout.Outcome == Outcome)
        && (Contains is null || row.Rollout.Response.Contains(Contains, StringComparison.OrdinalIgnoreCase))
        && (Id is null || row.Rollout.Id.StartsWith(Id, StringComparison.Ordinal));

    /// <summary>The error if no row matches because an arm, stage or seed does not occur; null if they all occur.</summary>
    /// <param name="known">Seeds, arms and stages of the rows.</param>
    public UserErrorException? UnknownName(IReadOnlyCollection<(long Seed, string Arm, string Stage)> known)
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
