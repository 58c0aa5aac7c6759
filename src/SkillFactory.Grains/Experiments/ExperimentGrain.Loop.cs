using System.Text.Json;
using Microsoft.Extensions.Logging;
using SkillFactory.Contracts.Compute;
using SkillFactory.Contracts.Experiments;
using SkillFactory.Contracts.Training;
using SkillFactory.Core;
using SkillFactory.Core.Artifacts;
using SkillFactory.Core.Planning;
using SkillFactory.Dispatch.Batches;
using SkillFactory.Dispatch.Calls;
using SkillFactory.Grains.Stages;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Grains.Experiments;

/// <content>The loop over the plan's stages.</content>
internal sealed partial class ExperimentGrain : IStageTrainer
{
    private CancellationTokenSource? _stop;
    private Task? _loop;

    /// <summary>The running stage and the time stamp of its start.</summary>
    private (string Node, long Started)? _running;

    private TrainingRun? _training;

    /// <summary>Starts the loop if the experiment runs and the loop does not.</summary>
    private void EnsureLoop()
    {
        if (
            options.Value.ReadOnly
            || State.Phase != ExperimentPhase.Running
            || _plan is null
            || (_loop is { IsCompleted: false } && _stop is { IsCancellationRequested: false })
        )
        {
            return;
        }

        _stop = new CancellationTokenSource();
        _loop = RunAsync(_loop, _stop.Token);
    }

    private async Task StopLoopAsync()
    {
        _stop?.Cancel();
        if (_loop is { } loop)
        {
            await loop;
        }
    }

    /// <summary>Never throws.</summary>
    private async Task RunAsync(Task? previous, CancellationToken cancellationToken)
    {
        // Yields to the caller, but stays on this grain's scheduler.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding | ConfigureAwaitOptions.ContinueOnCapturedContext);
        try
        {
            if (previous is not null)
            {
                await previous;
            }

            DelayDeactivation(KeepAlive);
            await SetWatchdogAsync();
            await RunStagesAsync(cancellationToken);
            if (await ChangeAsync(state => Finish(state, ExperimentPhase.Completed)))
            {
                Announce();
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await ReleaseWorkersAsync();
        }
        catch (Exception e) when (TransientFailure.Is(e))
        {
            // The experiment itself is fine: it starts over from its state, at the latest when the watchdog activates it.
            LogInterrupted(e, Id);
            DeactivateOnIdle();
        }
        catch (Exception e)
        {
            await FailAsync(e);
            await ReleaseWorkersAsync();
        }
        finally
        {
            // The task of the loop completes only after this block, and watchers wait for that.
            _ = AfterLoopAsync();
        }
    }

    private async Task AfterLoopAsync()
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding | ConfigureAwaitOptions.ContinueOnCapturedContext);
        _events.Wake();
        await FlushEffectsAsync();
    }

    private bool Finish(ExperimentState state, ExperimentPhase phase)
    {
        if (state.Phase != ExperimentPhase.Running)
        {
            return false;
        }

        LeaveStages(state, StagePhase.Failed);
        Enter(state, phase);
        return true;
    }

    private async Task RunStagesAsync(CancellationToken cancellationToken)
    {
        var results = new Dictionary<string, StageResult>(StringComparer.Ordinal);
        foreach (var node in _plan!.Nodes)
        {
            cancellationToken.ThrowIfCancellationRequested();
            results[node.Id] = await EnsureStageAsync(node, results, cancellationToken);
        }
    }

    private async Task<StageResult> EnsureStageAsync(
        PlanNode node,
        Dictionary<string, StageResult> results,
        CancellationToken cancellationToken
    )
    {
        var key = StageKey.Compute(node, results, _model!, _plan!.DeviceClass);
        var known = State.Stages.GetValueOrDefault(node.Id);
        var isOurs = known is { IsDone: true } && known.Key == key;
        if ((isOurs || State.Submitted!.Reuse) && await PlanForecast.FindAsync(artifacts, key, cancellationToken) is { } found)
        {
            if (!isOurs)
            {
                await CompleteStageAsync(node, found, StagePhase.Reused);
            }

            return found;
        }

        // Time adds up over interruptions, but starts at zero for a result that was lost.
        var spent = known is not null && !known.IsDone && known.Key == key ? known.WallSeconds : 0;
        var begun = await ChangeAsync(state =>
        {
            if (state.Phase != ExperimentPhase.Running)
            {
                return false;
            }

            if (known is not null && known.Key != key)
            {
                DropScratchLater(state, known.Key);
            }

            state.Stages[node.Id] = new StageState(StagePhase.Running, key, spent);
            state.Effects.RemoveAll(e => e.Kind == EffectKind.Scratch && e.Stage == key);
            _running = (node.Id, time.GetTimestamp());
            return true;
        });
        if (!begun)
        {
            throw new OperationCanceledException(cancellationToken);
        }

        _progress.Remove(node.Name);
        _events.Add("stage", "", State.Phase, StatusOf(node));
        LogStage(node.Name, key);
        var result = await StageRunner.RunAsync(ContextOf(node, key, results), cancellationToken);
        await CompleteStageAsync(node, result, StagePhase.Done);
        return result;
    }

    private StageContext ContextOf(PlanNode node, string key, Dictionary<string, StageResult> results) =>
        new()
        {
            ExperimentId = Id,
            Node = node,
            Key = key,
            Settings = StageKey.WithBudget(node, results),
            Results = results,
            Model = _model!,
            PoolKey = _plan!.DeviceClass,
            Artifacts = artifacts,
            Dispatcher = new BatchDispatcher(GrainFactory, artifacts, new RetryingCaller(time, logger)),
            Training = this,
            Report = progress => Report(node, progress),
            WallSeconds = () => WallSeconds(node),
        };

    /// <summary>Stores the result under its stage key, then records it in the state. Idempotent.</summary>
    private async Task CompleteStageAsync(PlanNode node, StageResult result, StagePhase phase)
    {
        if (phase == StagePhase.Done)
        {
            if (result.Outputs.Values.FirstOrDefault(o => o.Scope is not null) is { } passing)
            {
                throw new InvalidOperationException(
                    $"{node.Name}: a result is in the scratch {passing.Scope}, which is deleted after the stage"
                );
            }

            await artifacts.NameAsync(result.Key, JsonSerializer.SerializeToUtf8Bytes(result, CoreJson.Options));
        }

        var changed = await ChangeAsync(state =>
        {
            if (state.Stages.TryGetValue(node.Id, out var known) && known.IsDone && known.Key == result.Key)
            {
                return false;
            }

            if (known is not null)
            {
                DropScratchLater(state, known.Key);
            }

            state.Stages[node.Id] = new StageState(phase, result.Key, result.WallSeconds);
            state.Effects.RemoveAll(e => e.Kind == EffectKind.Dataset && e.Stage == result.Key);
            if (EffectOf(node, result) is { } effect)
            {
                state.Effects.Add(effect);
            }

            return true;
        });
        if (changed)
        {
            _running = _running?.Node == node.Id ? null : _running;
            _events.Add("stage", "", State.Phase, StatusOf(node));
            _ = FlushEffectsAsync();
        }
    }

    private double WallSeconds(PlanNode node) =>
        (State.Stages.GetValueOrDefault(node.Id)?.WallSeconds ?? 0)
        + (_running is { } running && running.Node == node.Id ? time.GetElapsedTime(running.Started).TotalSeconds : 0);

    private async Task FailAsync(Exception e)
    {
        var failure = Failure.From(e, Origin);
        failure = failure with { Message = $"{(_running is { } running ? _plan![running.Node].Name : Id)}: {failure.Message}" };
        LogFailed(e, Id, failure.Message, failure.Origin ?? "", failure.Cause);
        try
        {
            var failed = await ChangeAsync(state =>
            {
                if (!Finish(state, ExperimentPhase.Failed))
                {
                    return false;
                }

                state.Failure = failure;
                return true;
            });
            if (failed)
            {
                Announce();
            }
        }
        catch (Exception inner)
        {
            LogFailureNotStored(inner, Id);
        }
    }

    /// <summary>Stops replicas and learner when the experiment does not run any more. Best effort: results that they still produce are
    /// kept and used later.</summary>
    private async Task ReleaseWorkersAsync()
    {
        var training = _training;
        _training = null;
        if (State.Phase == ExperimentPhase.Running)
        {
            // Only this activation ends, or the experiment was resumed meanwhile.
            return;
        }

        try
        {
            await GrainFactory.GetGrain<IComputePoolGrain>(_plan!.DeviceClass).WithdrawAsync(Id);
            if (training is not null)
            {
                await GrainFactory.GetGrain<ILearnerGrain>(Id).StopAsync();
            }
        }
        catch (Exception e)
        {
            LogNotReleased(e, Id);
        }
    }

    async Task<StageResult> IStageTrainer.TrainOnDatasetAsync(
        TrainingCommand command,
        ArtifactRef dataset,
        CancellationToken cancellationToken
    )
    {
        var run = OpenTraining(command);
        await ChangeAsync(state =>
        {
            var effect = new PendingEffect(EffectKind.Dataset, command.StageKey, dataset, 0);
            if (state.Effects.Contains(effect))
            {
                return false;
            }

            state.Effects.Add(effect);
            return true;
        });
        _tried.Remove((EffectKind.Dataset, command.StageKey));
        _ = FlushEffectsAsync();
        return await WaitForAsync(run, cancellationToken);
    }

    async Task<StageResult> IStageTrainer.TrainAsync(TrainingCommand command, CancellationToken cancellationToken)
    {
        var run = OpenTraining(command);
        await run.StartAsync();
        return await WaitForAsync(run, cancellationToken);
    }

    private async Task<StageResult> WaitForAsync(TrainingRun run, CancellationToken cancellationToken)
    {
        var result = await run.WaitAsync(cancellationToken);
        _training = null;
        return result;
    }

    private TrainingRun OpenTraining(TrainingCommand command) =>
        _training = new TrainingRun(
            command,
            () => GrainFactory.GetGrain<ILearnerGrain>(Id),
            waiting => ReportWaiting(command.StageName, waiting),
            options.Value,
            time,
            logger
        );

    private void ReportWaiting(string stageName, string waiting)
    {
        if (_plan!.Nodes.FirstOrDefault(n => n.Name == stageName) is { } node)
        {
            var progress = _progress.GetValueOrDefault(stageName) ?? new StageProgress(stageName, 0, 0, "", 0, "", null);
            Report(node, progress with { Waiting = waiting, Metrics = null });
        }
    }

    public async Task DatasetReadyAsync(string sftStageKey, ArtifactRef dataset)
    {
        if (State.Phase == ExperimentPhase.Running && _training is { } training && training.StageKey == sftStageKey)
        {
            await training.StartAsync();
            await ChangeAsync(state => state.Effects.RemoveAll(e => e.Kind == EffectKind.Dataset && e.Stage == sftStageKey) > 0);
        }

        // Otherwise the announcement is early or late; a stage that is restarted announces its dataset again.
    }

    public async Task TrainingCompletedAsync(StageResult result)
    {
        if (_plan?.Nodes.FirstOrDefault(n => State.Stages.GetValueOrDefault(n.Id)?.Key == result.Key) is { } node)
        {
            await CompleteStageAsync(node, result, StagePhase.Done);
        }

        if (_training?.StageKey == result.Key)
        {
            _training.Completed(result);
        }
    }

    public Task TrainingFailedAsync(string stageKey, Failure failure)
    {
        if (_training?.StageKey == stageKey)
        {
            _training.Failed(failure);
        }

        return Task.CompletedTask;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Stage} begins, key {Key}")]
    private partial void LogStage(string stage, string key);

    [LoggerMessage(Level = LogLevel.Error, Message = "Experiment {Experiment} failed: {Error} (at {Origin}: {Cause})")]
    private partial void LogFailed(Exception e, string experiment, string error, string origin, string cause);

    [LoggerMessage(Level = LogLevel.Error, Message = "The failure of experiment {Experiment} could not be stored")]
    private partial void LogFailureNotStored(Exception e, string experiment);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Experiment {Experiment} was interrupted and starts over from its state")]
    private partial void LogInterrupted(Exception e, string experiment);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "The workers of experiment {Experiment} could not be stopped; they finish what they run"
    )]
    private partial void LogNotReleased(Exception e, string experiment);
}
