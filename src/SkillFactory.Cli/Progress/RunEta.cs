using SkillFactory.Contracts.Experiments;

namespace SkillFactory.Cli.Progress;

/// <summary>Time until a run ends, as far as it is measured. The running stage has the rate of its own work. A stage that has not begun is
/// taken to be as fast as those of its kind that have finished or have a rate.</summary>
/// <param name="Measured">Time of the work that has such a base; null if there is none.</param>
/// <param name="Unmeasured">Kinds of the stages without a base, in the order of the run. If there are any, the run takes longer than
/// <paramref name="Measured"/>.</param>
internal sealed record RunEta(TimeSpan? Measured, IReadOnlyList<string> Unmeasured)
{
    /// <summary>Kinds named before the list is cut.</summary>
    private const int MaxNamed = 3;

    public static RunEta Of(IReadOnlyList<StageView> stages)
    {
        List<(PlannedStage Stage, double Seconds)> known =
        [
            .. stages
                .Where(s => s.Wall > TimeSpan.Zero && (s.IsFinished || s.Eta is not null))
                .Select(s => (s.Planned, (s.Wall + (s.Eta ?? TimeSpan.Zero)).TotalSeconds)),
        ];
        TimeSpan? measured = null;
        var unmeasured = new List<string>();
        foreach (var stage in stages.Where(s => !s.IsFinished && s.Phase != StagePhase.Failed))
        {
            var left = stage.Eta ?? Rest(Base(stage.Planned, known), stage);
            if (left is { } time)
            {
                measured = (measured ?? TimeSpan.Zero) + time;
            }
            else
            {
                unmeasured.Add(stage.Planned.Kind);
            }
        }

        return new RunEta(measured, [.. unmeasured.Distinct()]);
    }

    /// <summary>Why the time is unknown or only a lower limit: "no rate measured yet: sft, grpo". Empty otherwise.</summary>
    public string Reason =>
        Unmeasured.Count == 0
            ? ""
            : $"no rate measured yet: {string.Join(", ", Unmeasured.Take(MaxNamed))}{(Unmeasured.Count > MaxNamed ? ", …" : "")}";

    /// <summary>"ETA 12:30", "ETA over 2:10" or "ETA unknown".</summary>
    public override string ToString() =>
        (Measured, Unmeasured.Count) switch
        {
            (var time, 0) => $"ETA {DisplayFormat.Duration(time ?? TimeSpan.Zero)}",
            ({ } time, _) => $"ETA over {DisplayFormat.Duration(time)}",
            _ => "ETA unknown",
        };

    /// <summary>Duration by the known ones: the same stage of other seeds, or else all of its kind in proportion to their work.</summary>
    private static TimeSpan? Base(PlannedStage stage, List<(PlannedStage Stage, double Seconds)> known)
    {
        var same = known.Where(k => k.Stage.AcrossSeeds == stage.AcrossSeeds).ToList();
        if (same.Count > 0)
        {
            return TimeSpan.FromSeconds(same.Average(k => k.Seconds));
        }

        var alike = known.Where(k => k.Stage.Kind == stage.Kind && k.Stage.Work > 0).ToList();
        return alike.Count > 0 && stage.Work is { } work
            ? TimeSpan.FromSeconds(work * alike.Sum(k => k.Seconds) / alike.Sum(k => k.Stage.Work!.Value))
            : null;
    }

    /// <summary>What is left of an estimate; null if the stage has taken longer already.</summary>
    private static TimeSpan? Rest(TimeSpan? estimate, StageView stage) => estimate > stage.Wall ? estimate - stage.Wall : null;
}
