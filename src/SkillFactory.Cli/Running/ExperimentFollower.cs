using SkillFactory.Cli.Progress;
using SkillFactory.Contracts.Experiments;

namespace SkillFactory.Cli.Running;

/// <summary>Follows an experiment until it ends or pauses, and keeps board and display informed.</summary>
/// <param name="stageFinished">Called after each stage that finished; must return at once.</param>
internal sealed class ExperimentFollower(
    IExperimentGrain experiment,
    ProgressBoard board,
    IProgressDisplay display,
    TimeProvider time,
    Action stageFinished
)
{
    private const int MostFailures = 5;
    private static readonly TimeSpan Reconnect = TimeSpan.FromMilliseconds(500);

    /// <summary>Returns the status in which the experiment came to rest.</summary>
    public async Task<ExperimentStatus> FollowAsync(CancellationToken cancellationToken)
    {
        long seen = 0;
        var failures = 0;
        while (true)
        {
            try
            {
                await foreach (var happened in experiment.WatchAsync(seen, cancellationToken))
                {
                    seen = happened.Sequence;
                    failures = 0;
                    Show(happened);
                }

                var status = await experiment.GetStatusAsync();
                board.Apply(status);
                if (status.Phase is not ExperimentPhase.Running)
                {
                    return status;
                }
            }
            catch (Exception e) when (e is Orleans.Runtime.OrleansException or TimeoutException && ++failures <= MostFailures)
            {
                // The stream is a convenience and its holder may move; the experiment itself goes on.
                display.Notice($"lost sight of the experiment ({e.Message.ReplaceLineEndings(" ")}); looking again");
            }

            await Task.Delay(Reconnect, time, cancellationToken);
        }
    }

    private void Show(ExperimentEvent happened)
    {
        board.Apply(happened);
        display.Happened(happened);
        if (happened is { Kind: "stage", Stage.Phase: StagePhase.Done or StagePhase.Reused })
        {
            stageFinished();
        }
    }
}
