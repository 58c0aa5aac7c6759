using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Runtime;
using SkillFactory.Contracts.Experiments;
using SkillFactory.Contracts.Messages;
using SkillFactory.Core.Artifacts;
using SkillFactory.Core.Planning;
using SkillFactory.Core.Recipes;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Grains.Experiments;

/// <summary>
/// One experiment. It stores each decision before acting on it. A loop on this grain's scheduler runs the stages, and after an interruption
/// starts over from the state. This file holds the grain's methods, <c>ExperimentGrain.Loop.cs</c> the loop,
/// <c>ExperimentGrain.Watchdog.cs</c> the reminder that restarts it, <c>ExperimentGrain.Effects.cs</c> messages and deletions.
/// </summary>
internal sealed partial class ExperimentGrain(
    [PersistentState("experiment")] IPersistentState<ExperimentState> storage,
    IArtifactStore artifacts,
    IEventPublisher publisher,
    IOptions<ExperimentOptions> options,
    TimeProvider time,
    ILogger<ExperimentGrain> logger
) : Grain, IExperimentGrain, IDisposable
{
    private const int EventsKept = 4096;

    private static readonly TimeSpan KeepAlive = TimeSpan.FromMinutes(30);

    private readonly EventLog _events = new(EventsKept, time);
    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly Dictionary<string, StageProgress> _progress = new(StringComparer.Ordinal);

    private ExperimentPlan? _plan;
    private BaseModel? _model;

    /// <summary>Why the stored experiment cannot continue (its recipe is missing from the store, for example); null if it can.</summary>
    private Failure? _unreadable;

    private string Id => this.GetPrimaryKeyString();

    private string Origin => $"silo {RuntimeIdentity}";

    private ExperimentState State => storage.State;

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        this.RegisterGrainTimer(
            TickAsync,
            new GrainTimerCreationOptions(options.Value.EffectRetry, options.Value.EffectRetry) { Interleave = true }
        );
        if (State.Submitted is not { } submitted)
        {
            return;
        }

        try
        {
            await LoadAsync(submitted, cancellationToken);
        }
        catch (Exception e) when (e is UserErrorException or IOException or System.Text.Json.JsonException)
        {
            _unreadable = Failure.From(e, Origin);
            LogUnreadable(e, Id);
            return;
        }

        _events.Add("phase", "", State.Phase, null);
        EnsureLoop();
        _ = FlushEffectsAsync();
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        await StopLoopAsync()
            .WaitAsync(cancellationToken)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        _events.Wake();
    }

    public void Dispose()
    {
        _stop?.Dispose();
        _writing.Dispose();
    }

    public async Task<ExperimentStatus> SubmitAsync(SubmitExperiment command)
    {
        if (State.Submitted is { } known)
        {
            return known.Recipe == command.Recipe && known.Model == command.Model
                ? Status()
                : throw new UserErrorException(
                    $"experiment {Id} exists already with another recipe or model; submit this one under another name"
                );
        }

        await LoadAsync(command, CancellationToken.None);
        await SetWatchdogAsync();
        await ChangeAsync(state =>
        {
            state.Submitted = command;
            state.Name = _plan!.Recipe.Name;
            state.SubmittedAt = time.GetUtcNow();
            state.Accept(command.CommandId);
            Enter(state, ExperimentPhase.Running);
            return true;
        });
        Announce();
        EnsureLoop();
        return Status();
    }

    public async Task<ExperimentStatus> ResumeAsync(Guid commandId)
    {
        RequireSubmitted();
        if (State.Phase == ExperimentPhase.Cancelled)
        {
            throw new UserErrorException($"experiment {Id} was cancelled and cannot be resumed; submit its recipe again");
        }

        if (_unreadable is { } failure)
        {
            var message = $"experiment {Id} cannot be resumed: {failure.Message}";
            throw failure.IsUserError ? new UserErrorException(message) : new InvalidOperationException(message);
        }

        await SetWatchdogAsync();
        var isIncomplete = State.Phase == ExperimentPhase.Completed && await IsAnyResultMissingAsync();
        var changed = await ChangeAsync(state =>
        {
            if (
                !state.Accept(commandId)
                || !(
                    state.Phase is ExperimentPhase.Paused or ExperimentPhase.Failed
                    || (state.Phase == ExperimentPhase.Completed && isIncomplete)
                )
            )
            {
                return false;
            }

            Enter(state, ExperimentPhase.Running);
            return true;
        });
        if (changed)
        {
            Announce();
        }

        EnsureLoop();
        return Status();
    }

    public Task<ExperimentStatus> PauseAsync(Guid commandId) =>
        StopAsync(commandId, ExperimentPhase.Paused, p => p == ExperimentPhase.Running);

    public Task<ExperimentStatus> CancelAsync(Guid commandId) =>
        StopAsync(commandId, ExperimentPhase.Cancelled, p =>
            p is ExperimentPhase.Running or ExperimentPhase.Paused or ExperimentPhase.Failed
        );

    public Task<ExperimentStatus> GetStatusAsync() => Task.FromResult(Status());

    public Task<SubmitExperiment?> GetSubmissionAsync() => Task.FromResult(State.Submitted);

    public async Task<IReadOnlyList<ArmStageResult>> GetResultsAsync()
    {
        var results = new List<ArmStageResult>();
        foreach (var node in _plan?.Nodes ?? [])
        {
            if (
                State.Stages.TryGetValue(node.Id, out var stage)
                && stage.IsDone
                && await PlanForecast.FindAsync(artifacts, stage.Key) is { } result
            )
            {
                results.AddRange(
                    node.Uses.Select(use => new ArmStageResult(
                        node.Seed,
                        use.Arm,
                        node.Kind,
                        use.Checkpoint,
                        result,
                        stage.Phase == StagePhase.Reused
                    )
                    {
                        Round = use.Round,
                    })
                );
            }
        }

        return results;
    }

    private async Task<bool> IsAnyResultMissingAsync()
    {
        foreach (var stage in State.Stages.Values.Where(s => s.IsDone))
        {
            if (await PlanForecast.FindAsync(artifacts, stage.Key) is null)
            {
                return true;
            }
        }

        return false;
    }

    public async IAsyncEnumerable<ExperimentEvent> WatchAsync(
        long afterSequence,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken = default
    )
    {
        RequireSubmitted();
        var seen = afterSequence;
        while (!cancellationToken.IsCancellationRequested)
        {
            // Both before reading, so that nothing is missed that happens while events are delivered.
            var (next, atRest) = (_events.Next, IsAtRest);
            foreach (var happened in _events.After(seen))
            {
                seen = happened.Sequence;
                yield return happened;
            }

            if (atRest)
            {
                yield break;
            }

            await next.WaitAsync(options.Value.Heartbeat, time, cancellationToken)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            if (!next.IsCompleted && !cancellationToken.IsCancellationRequested)
            {
                yield return new ExperimentEvent(Math.Max(seen, _events.Latest), time.GetUtcNow(), "heartbeat", "", State.Phase, null);
            }
        }
    }

    public Task ReportProgressAsync(StageProgress progress)
    {
        if (_plan?.Nodes.FirstOrDefault(n => n.Name == progress.StageName) is { } node)
        {
            Report(node, progress);
        }

        return Task.CompletedTask;
    }

    /// <summary>Whether nothing more happens without a command.</summary>
    private bool IsAtRest => _unreadable is not null || (State.Phase != ExperimentPhase.Running && _loop is null or { IsCompleted: true });

    private async Task<ExperimentStatus> StopAsync(Guid commandId, ExperimentPhase phase, Func<ExperimentPhase, bool> from)
    {
        RequireSubmitted();
        var changed = await ChangeAsync(state =>
        {
            if (!state.Accept(commandId) || !from(state.Phase))
            {
                return false;
            }

            LeaveStages(state, StagePhase.Pending);
            Enter(state, phase);
            if (phase == ExperimentPhase.Cancelled)
            {
                foreach (var stage in state.Stages.Values.Where(s => !s.IsDone))
                {
                    DropScratchLater(state, stage.Key);
                }
            }

            return true;
        });
        if (changed)
        {
            _ = StopLoopAsync();
            Announce();
        }

        return Status();
    }

    private async Task LoadAsync(SubmitExperiment submitted, CancellationToken cancellationToken)
    {
        var recipe = await artifacts.GetJsonAsync<Recipe>(submitted.Recipe, cancellationToken);
        var model = await artifacts.GetJsonAsync<BaseModel>(submitted.Model, cancellationToken);
        (_plan, _model) = (ExperimentPlan.From(recipe), model);
    }

    private void RequireSubmitted()
    {
        if (State.Submitted is null)
        {
            throw new UserErrorException($"there is no experiment {Id}");
        }
    }

    private ExperimentStatus Status() =>
        new(
            Id,
            State.Name,
            State.Submitted?.Tenant ?? "",
            _unreadable is null ? State.Phase : ExperimentPhase.Failed,
            State.Revision,
            State.SubmittedAt,
            State.Submitted?.OutputFolder ?? "",
            _unreadable ?? State.Failure,
            _plan is null ? [] : [.. _plan.Nodes.Select(StatusOf)]
        );

    private StageStatus StatusOf(PlanNode node)
    {
        var stage = State.Stages.GetValueOrDefault(node.Id);
        var progress = _progress.GetValueOrDefault(node.Name);
        return new StageStatus(node.Name, node.Kind, stage?.Phase ?? StagePhase.Pending, stage?.Key, WallSeconds(node), progress);
    }

    private void Report(PlanNode node, StageProgress progress)
    {
        _progress[node.Name] = progress;
        _events.Add("progress", "", State.Phase, StatusOf(node));
    }

    /// <summary>Applies a change and writes the state. Writes do not overlap.</summary>
    /// <param name="change">Returns false when it changed nothing.</param>
    /// <returns>Whether there was a change, now stored.</returns>
    private async Task<bool> ChangeAsync(Func<ExperimentState, bool> change)
    {
        await _writing.WaitAsync();
        try
        {
            if (!change(State))
            {
                return false;
            }

            State.Revision++;
            try
            {
                await storage.WriteStateAsync();
                return true;
            }
            catch
            {
                // The state in memory differs from the stored one now; the next activation reads it again.
                DeactivateOnIdle();
                throw;
            }
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>Part of a change: enters a phase and adds its announcement.</summary>
    private static void Enter(ExperimentState state, ExperimentPhase phase)
    {
        state.Phase = phase;
        if (phase == ExperimentPhase.Running)
        {
            state.Failure = null;
        }

        state.Effects.RemoveAll(e => e.Kind == EffectKind.Phase);
        state.Effects.Add(new PendingEffect(EffectKind.Phase, phase.ToString(), null, state.Revision + 1));
    }

    /// <summary>Part of a change: running stages enter the given phase.</summary>
    private void LeaveStages(ExperimentState state, StagePhase phase)
    {
        foreach (var (node, stage) in state.Stages.Where(s => s.Value.Phase == StagePhase.Running).ToList())
        {
            state.Stages[node] = stage with
            {
                Phase = phase,
                WallSeconds = _plan!.Find(node) is { } known ? WallSeconds(known) : stage.WallSeconds,
            };
        }

        _running = null;
    }

    /// <summary>After a change of phase: informs watchers and performs effects.</summary>
    private void Announce()
    {
        _events.Add("phase", State.Failure?.Message ?? "", State.Phase, null);
        _ = FlushEffectsAsync();
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Experiment {Experiment} cannot be read")]
    private partial void LogUnreadable(Exception e, string experiment);
}
