using SkillFactory.Cli.Progress;
using SkillFactory.Contracts.Experiments;

namespace SkillFactory.Cli.Running;

/// <summary>Follows an experiment until it ends or pauses, and updates the board and the display.</summary>
/// <param name="stageFinished">Called after each finished stage; must return at once.</param>
internal sealed class ExperimentFollower(
    IExperimentGrain experiment,
    ProgressBoard board,
    BoardHeadlines headlines,
    IProgressDisplay display,
    TimeProvider time,
    Action stageFinished
)
{
    private const int MaxFailures = 5;
    private static readonly TimeSpan ReconnectDelay = TimeSpan.FromMilliseconds(500);

    /// <summary>Returns the final status.</summary>
    public async Task<ExperimentStatus> FollowAsync(CancellationToken cancellationToken)
    {
        long seen = 0;
        var failures = 0;
        while (true)
        {
            try
            {
                await foreach (var change in experiment.WatchAsync(seen, cancellationToken))
                {
                    seen = change.Sequence;
                    failures = 0;
                    await ShowAsync(change, cancellationToken);
                }

                var status = await experiment.GetStatusAsync();
                board.Apply(status);
                await headlines.AddAsync(status.Stages, cancellationToken);
                if (status.Phase is not ExperimentPhase.Running)
                {
                    return status;
                }
            }
            catch (Exception e) when (e is Orleans.Runtime.OrleansException or TimeoutException && ++failures <= MaxFailures)
            {
                // Only the event stream is lost, e.g. because the grain has moved; the experiment continues.
                display.ShowNotice($"lost the connection to the experiment ({e.Message.ReplaceLineEndings(" ")}); reconnecting");
            }

            await Task.Delay(ReconnectDelay, time, cancellationToken);
        }
    }

    private async Task ShowAsync(ExperimentEvent change, CancellationToken cancellationToken)
    {
        if (change is { Kind: "stage", Stage: { } stage })
        {
            await headlines.AddAsync([stage], cancellationToken);
        }

        board.Apply(change);
        display.OnEvent(change);
        if (change is { Kind: "stage", Stage.Phase: StagePhase.Done or StagePhase.Reused })
        {
            stageFinished();
        }
    }
}
