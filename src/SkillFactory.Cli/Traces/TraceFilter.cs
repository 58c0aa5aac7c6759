using SkillFactory.Core.Recipes;
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
    /// <summary>Whether silver traces are shown, which are not responses of the run's models.</summary>
    public bool IsOfTraces => Stage is StageNames.Traces or StageNames.Given;

    public bool Matches(ShownResponse response) =>
        (Seed is null || response.Seed == Seed)
        && (Arm is null || response.Arm == Arm)
        && (Stage is null || response.Stage == Stage)
        && (Checkpoint is null || response.Checkpoint == Checkpoint)
        && (Outcome is null || response.Outcome == Outcome)
        && (Contains is null || response.Response.Contains(Contains, StringComparison.OrdinalIgnoreCase))
        && (Id is null || response.Id.StartsWith(Id, StringComparison.Ordinal));

    /// <summary>Refuses conditions that no trace can meet.</summary>
    /// <exception cref="UserErrorException">There is such a condition.</exception>
    public void RequireEffect()
    {
        var without =
            !IsOfTraces ? null
            : Outcome is not null ? "--outcome"
            : Checkpoint is not null ? "--checkpoint"
            : null;
        if (without is not null)
        {
            throw new UserErrorException($"{without} has no effect with --stage {Stage}: a trace has no {without[2..]}");
        }
    }

    /// <summary>The error if no row matches because an arm, stage, checkpoint or seed does not occur; null if they all
    /// occur.</summary>
    /// <param name="known">Seeds, arms, stages and checkpoints of the rows.</param>
    public UserErrorException? UnknownName(IReadOnlyCollection<(long Seed, string Arm, string Stage, string Checkpoint)> known)
    {
        if (Stage is not null && !known.Any(k => k.Stage == Stage))
        {
            return new UserErrorException(
                IsOfTraces
                    ? $"this run has no traces of a stage '{Stage}'"
                    : $"there are no responses of a stage '{Stage}' in this run"
                        + NearestName.Hint(Stage, known.Select(k => k.Stage).Append(StageNames.Traces).ToHashSet())
            );
        }

        if (Arm is not null && !known.Any(k => k.Arm == Arm))
        {
            return new UserErrorException(
                $"there is no arm '{Arm}' in this run{NearestName.Hint(Arm, known.Select(k => k.Arm).ToHashSet())}"
            );
        }

        if (Checkpoint is not null && !known.Any(k => k.Checkpoint == Checkpoint))
        {
            var checkpoints = known.Select(k => k.Checkpoint).Where(c => c.Length > 0).ToHashSet();
            return new UserErrorException($"there is no checkpoint '{Checkpoint}' in this run{NearestName.Hint(Checkpoint, checkpoints)}");
        }

        return Seed is not null && !known.Any(k => k.Seed == Seed)
            ? new UserErrorException(
                $"there is no seed {Seed} in this run; known: {string.Join(", ", known.Select(k => k.Seed).Distinct().Order())}"
            )
            : null;
    }
}
