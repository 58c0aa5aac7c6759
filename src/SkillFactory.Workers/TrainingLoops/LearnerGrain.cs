using Microsoft.Extensions.Logging;
using SkillFactory.Contracts.Experiments;
using SkillFactory.Contracts.Placement;
using SkillFactory.Contracts.Training;
using SkillFactory.Core.Artifacts;
using SkillFactory.Core.Planning;
using SkillFactory.Core.Recipes;
using SkillFactory.Dispatch.Batches;
using SkillFactory.Dispatch.Calls;
using SkillFactory.Primitives.Errors;
using SkillFactory.Workers.Devices;

namespace SkillFactory.Workers.TrainingLoops;

/// <summary>Trains one stage at a time for its experiment. It stores the command before it starts, and each new checkpoint before it
/// deletes the previous one. It keeps the result until the experiment has received it and deleted the stage's scratch.</summary>
[RequireSiloMetadata(SiloMetadataKeys.Role, SiloRoles.Learner)]
internal sealed partial class LearnerGrain(
    [PersistentState("learner")] IPersistentState<LearnerState> storage,
    DeviceHost devices,
    ModelLibrary library,
    WeightLibrary weights,
    IArtifactStore artifacts,
    TimeProvider time,
    ILogger<LearnerGrain> logger
) : Grain, ILearnerGrain, IDisposable
{
    private CancellationTokenSource? _stopping;
    private Task? _loop;
    private int _step;

    private LearnerState State => storage.State;

    private IExperimentGrain Experiment => GrainFactory.GetGrain<IExperimentGrain>(this.GetPrimaryKeyString());

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _step = State.Checkpoint?.Step ?? 0;
        EnsureLoop();
        return Task.CompletedTask;
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) => await EndLoopAsync();

    public async Task<LearnerStatus> StartAsync(TrainingCommand command)
    {
        if (State.StageKey != command.StageKey || (State.Result is { } result && !await AllExistAsync(result.Outputs.Values)))
        {
            // Another stage, or one whose result was deleted from the store.
            await EndLoopAsync();
            _step = 0;
            await WriteAsync(
                new LearnerState
                {
                    StageKey = command.StageKey,
                    StageName = command.StageName,
                    Kind = command.Kind,
                    Spec = command.Spec,
                    PoolKey = command.PoolKey,
                    Wanted = true,
                }
            );
        }
        else if (!State.Wanted || State.Failure is not null || State.Acknowledged)
        {
            // The stage was stopped, failed or finished before: resume it, or report the result again.
            await WriteAsync(State with { Wanted = true, Failure = null, Acknowledged = false });
        }

        EnsureLoop();
        return Status();
    }

    public async Task StopAsync()
    {
        await EndLoopAsync();
        if (State.Wanted)
        {
            await WriteAsync(State with { Wanted = false });
        }
    }

    public Task<LearnerStatus> GetStatusAsync() => Task.FromResult(Status());

    public void Dispose() => _stopping?.Dispose();

    private LearnerStatus Status() => new(State.StageKey, _loop is { IsCompleted: false }, _step, State.Failure);

    private void EnsureLoop()
    {
        if (State.StageKey is not null && State.Wanted && !State.Acknowledged && _loop is null or { IsCompleted: true })
        {
            _stopping = new CancellationTokenSource();
            _loop = LoopAsync(_stopping.Token);
        }
    }

    private async Task EndLoopAsync()
    {
        if (_loop is { } loop)
        {
            await _stopping!.CancelAsync();
            await loop;
            _loop = null;
        }
    }

    private async Task LoopAsync(CancellationToken cancellationToken)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding | ConfigureAwaitOptions.ContinueOnCapturedContext);
        DelayDeactivation(TimeSpan.FromDays(365));
        try
        {
            if (State.Result is null && State.Failure is null)
            {
                await TrainAsync(cancellationToken);
            }

            if (State.Failure is { } failure)
            {
                await Experiment.TrainingFailedAsync(State.StageKey!, failure);
            }
            else
            {
                await Experiment.TrainingCompletedAsync(State.Result!);
            }

            await WriteAsync(State with { Acknowledged = true });
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            LogStopped(State.StageName, _step);
        }
        catch (Exception e)
        {
            // The experiment recovers: its stage loop checks the learner's status and restarts it.
            LogLoopFailed(e, State.StageName);
        }
        finally
        {
            DelayDeactivation(TimeSpan.Zero);
        }
    }

    private async Task TrainAsync(CancellationToken cancellationToken)
    {
        try
        {
            var files = new ThreadPoolArtifacts(artifacts);
            var spec = await artifacts.GetJsonAsync<TrainingSpec>(State.Spec!, cancellationToken);
            var context = new TrainingContext(
                State.StageKey!,
                State.StageName,
                spec,
                await library.GetAsync(spec.Model),
                files,
                weights,
                new BatchDispatcher(GrainFactory, files, new RetryingCaller(time, logger)),
                State.PoolKey,
                devices.Learner,
                devices.Device,
                time,
                SaveAsync,
                ReportAsync
            );
            if (State.Checkpoint is { } from && !await LogSegments.IsCompleteAsync(files, from, cancellationToken))
            {
                LogCheckpointLost(State.StageName, from.Step);
                await WriteAsync(State with { Checkpoint = null });
            }

            ITrainingMethod method = State.Kind == StageNames.Sft ? new SftMethod(context) : new GrpoMethod(context);
            var result = await new TrainingLoop(context, method).RunAsync(State.Checkpoint, cancellationToken);
            await WriteAsync(State with { Result = result, Checkpoint = null });
        }
        catch (Exception e) when (e is not OperationCanceledException && !TransientFailure.Is(e))
        {
            LogTrainingFailed(e, State.StageName);
            await WriteAsync(State with { Failure = Failure.From(e, $"learner on silo {RuntimeIdentity}") });
        }
    }

    private async Task<bool> AllExistAsync(IEnumerable<ArtifactRef> needed)
    {
        foreach (var artifact in needed)
        {
            if (!await artifacts.ExistsAsync(artifact))
            {
                return false;
            }
        }

        return true;
    }

    private async Task SaveAsync(TrainingCheckpoint checkpoint)
    {
        var replaced = State.Checkpoint;
        await WriteAsync(State with { Checkpoint = checkpoint });
        if (replaced is not null)
        {
            // Keep the log segment: it is part of the new checkpoint's log.
            foreach (
                var artifact in new[] { replaced.Weights.Tensors, replaced.Optimizer }.Except([
                    checkpoint.Weights.Tensors,
                    checkpoint.Optimizer,
                ])
            )
            {
                await artifacts.DeleteAsync(artifact);
            }
        }
    }

    private async Task ReportAsync(StageProgress progress)
    {
        _step = (int)progress.Done;
        await Experiment.ReportProgressAsync(progress);
    }

    private async Task WriteAsync(LearnerState state)
    {
        storage.State = state;
        try
        {
            await storage.WriteStateAsync();
        }
        catch
        {
            // Memory and store may differ now. A new activation reads the store.
            DeactivateOnIdle();
            throw;
        }
    }

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "{Stage}: parts of the checkpoint of step {Step} are missing from the artifact store; the stage starts over"
    )]
    private partial void LogCheckpointLost(string stage, int step);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Stage} stopped at step {Step}")]
    private partial void LogStopped(string stage, int step);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Stage}: training failed")]
    private partial void LogTrainingFailed(Exception e, string stage);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Stage}: the training loop failed")]
    private partial void LogLoopFailed(Exception e, string stage);
}
