using Microsoft.Extensions.Logging;
using SkillFactory.Contracts.Training;
using SkillFactory.Core.Planning;
using SkillFactory.Dispatch.Calls;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Grains.Experiments;

/// <summary>One training stage at the learner: started, watched, and started again when the learner lost it. Its end comes as a call to the
/// experiment, which passes it on here.</summary>
/// <param name="learner">Finds the learner. Fails as long as no silo hosts one.</param>
/// <param name="waiting">Told what is waited for while the learner does not answer, and "" when it does again.</param>
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

    public void Failed(string error, bool userError) =>
        _end.TrySetException(userError ? new UserErrorException(error) : new TrainingFailedException(error));

    /// <summary>Idempotent. A learner that cannot be reached is started later, by <see cref="WaitAsync"/>.</summary>
    public async Task StartAsync()
    {
        _started = true;
        await ReachAsync(StartLearnerAsync);
    }

    /// <summary>Returns when the stage is trained. A learner that cannot be reached is asked again until it can.</summary>
    /// <exception cref="TrainingFailedException">The learner gave up.</exception>
    /// <exception cref="UserErrorException">The same, for a reason that a person can mend.</exception>
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
                await LookAsync();
            }
        }
    }

    private async Task LookAsync()
    {
        if (!_started)
        {
            // Its dataset has not been announced yet; the announcement starts it.
            return;
        }

        await ReachAsync(async () =>
        {
            var status = await learner().GetStatusAsync();
            if (status.StageKey == StageKey && status.Error is { } error && !status.Running)
            {
                Failed(error, status.UserError);
            }
            else if (status.StageKey != StageKey || !status.Running)
            {
                // Lost, or finished with its message gone astray: a repeated start goes on, or answers with the result again.
                await StartLearnerAsync();
            }
        });
    }

    private async Task StartLearnerAsync()
    {
        // The end may have come while somebody looked, or with an announcement that comes twice.
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

    [LoggerMessage(Level = LogLevel.Warning, Message = "The learner of {Stage} does not answer ({Reason}); asking again")]
    private partial void LogUnreachable(string stage, string reason);
}

/// <summary>The learner gave up on a stage; the message is its own.</summary>
internal sealed class TrainingFailedException(string message) : Exception(message);
