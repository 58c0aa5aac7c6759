using SkillFactory.Contracts.Experiments;
using SkillFactory.Core.Metrics;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Cli.Tests.Progress;

/// <summary>Events and statuses of an experiment.</summary>
internal static class SampleEvents
{
    public static StageStatus Stage(string name, StagePhase phase, double wall = 0, StageProgress? progress = null) =>
        new(name, name.Split('/')[^1], phase, null, wall, progress);

    public static ExperimentEvent StageEvent(long sequence, string name, StagePhase phase, double wall = 0, string? key = null) =>
        new(sequence, default, "stage", "", ExperimentPhase.Running, Stage(name, phase, wall) with { Key = key });

    public static ExperimentEvent Progress(
        long sequence,
        string name,
        double done,
        double total,
        string unit,
        long tokens,
        double? reward = null,
        string waiting = ""
    ) =>
        new(
            sequence,
            default,
            "progress",
            "",
            ExperimentPhase.Running,
            Stage(
                name,
                StagePhase.Running,
                0,
                new StageProgress(
                    name,
                    done,
                    total,
                    unit,
                    tokens,
                    waiting,
                    reward is { } r ? new MetricRow((int)done, new Dictionary<string, double> { ["loss"] = 1, ["reward"] = r }) : null
                )
            )
        );

    public static ExperimentEvent Phase(long sequence, ExperimentPhase phase, string text = "") =>
        new(sequence, default, "phase", text, phase, null);

    public static ExperimentStatus Status(ExperimentPhase phase, params StageStatus[] stages) =>
        new(
            "demo-12345678",
            "demo",
            "default",
            phase,
            1,
            default,
            "/runs/demo-12345678",
            phase == ExperimentPhase.Failed ? new Failure("1/rl/grpo: it broke", IsUserError: false, Cause: "") : null,
            stages
        );
}
