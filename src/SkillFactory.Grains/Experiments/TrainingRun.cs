using Microsoft.Extensions.Logging;
using SkillFactory.Contracts.Training;
using SkillFactory.Core.Planning;
using SkillFactory.Dispatch.Calls;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Grains.Experiments;

/// <summary>One training stage at the learner: starts it, checks it, and starts it again when the learner has lost it. The learner reports
/// the end to the experiment, which passes it on to <see cref="Completed"/> or <see cref="Failed"/>.</summary>
/// <param name="learner">Gets the learner; throws while no silo hosts one.</param>
/// <param name="waiting">Receives what is waited for while the learner does not answer, and "" once it answers again.</param>
internal sealed partial class TrainingRun(
    TrainingCommand command,
    Func<ILearnerGrain> learner,
    Action<string> waiting,
    ExperimentOptions options,
    TimeProvider time,
    ILogger logger
)
{
    private readonly TaskCompletionSource<StageResult> _end = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _started;
    private bool _unreachable;

    public string StageKey => command.StageKey;

    public void Completed(StageResult result) => _end.TrySetResult(result);

    public void Failed(Failure failure) => _end.TrySetException(new FailureException(failure));

    /// <summary>Idempotent. If the learner cannot be reached, <see cref="WaitAsync"/> starts it later.</summary>
    public async Task StartAsync()
    {
        _started = true;
        await ReachAsync(StartLearnerAsync);
    }

    /// <summary>Returns when the stage is trained, however long the learner cannot be reached.</summary>
    /// <exception cref="FailureException">The learner gave up.</exception>
    public async Task<StageResult> WaitAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return await _end.Task.WaitAsync(options.LearnerPoll, time, cancellationToken);
            }
            catch (TimeoutException)
            {
                await CheckAsync();
            }
        }
    }

    private async Task CheckAsync()
    {
        if (!_started)
        {
            // The announcement of its dataset starts it.
            return;
        }

        await ReachAsync(async () =>
        {
            var status = await learner().GetStatusAsync();
            if (status.StageKey == StageKey && status.Failure is { } failure && !status.Running)
            {
                Failed(failure);
            }
            else if (status.StageKey != StageKey || !status.Running)
            {
                // The learner lost the stage, or its result got lost on the way: starting again continues it or sends the result again.
                await StartLearnerAsync();
            }
        });
    }

    private async Task StartLearnerAsync()
    {
        // The stage may have ended during the check, or before a repeated announcement.
        if (!_end.Task.IsCompleted)
        {
            await learner().StartAsync(command);
        }
    }

    private async Task ReachAsync(Func<Task> call)
    {
        try
        {
            await call();
            if (_unreachable)
            {
                _unreachable = false;
                waiting("");
            }
        }
        catch (Exception e) when (TransientFailure.Is(e))
        {
            _unreachable = true;
            LogUnreachable(command.StageName, e.Message);
            waiting("the learner, which does not answer");
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The learner of {Stage} does not answer ({Reason}); calling again")]
    private partial void LogUnreachable(string stage, string reason);
}
