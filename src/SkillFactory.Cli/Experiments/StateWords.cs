using SkillFactory.Contracts.Experiments;

namespace SkillFactory.Cli.Experiments;

/// <summary>The words for the states of experiments and stages. What is stored as running is "interrupted" if no process runs it: its
/// process was killed, or the machine stopped.</summary>
internal static class StateWords
{
    public const string Interrupted = "interrupted";

    /// <param name="runsStages">Whether a process executes the stages of the workspace's experiments.</param>
    public static string Of(ExperimentPhase phase, bool runsStages) =>
        phase == ExperimentPhase.Running && !runsStages ? Interrupted : phase.ToString().ToLowerInvariant();

    /// <param name="runsStages">Whether a process executes the stages of the workspace's experiments.</param>
    public static string Of(StagePhase phase, bool runsStages) =>
        phase == StagePhase.Running && !runsStages ? Interrupted : phase.ToString().ToLowerInvariant();
}
