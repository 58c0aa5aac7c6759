using Microsoft.Extensions.Logging;
using SkillFactory.Contracts.Experiments;
using SkillFactory.Contracts.Messages;
using SkillFactory.Core.Metrics;
using SkillFactory.Core.Planning;
using SkillFactory.Core.Recipes;
using SkillFactory.Grains.Stages;

namespace SkillFactory.Grains.Experiments;

/// <content>Effects outside of this grain: messages and deletions. They stay in the state until they succeed, so each happens at least
/// once.</content>
internal sealed partial class ExperimentGrain
{
    /// <summary>When this activation last tried each pending effect.</summary>
    private readonly Dictionary<(EffectKind Kind, string Stage), long> _tried = [];

    private bool _flushing;

    /// <summary>The announcement of a finished stage; null when it has none.</summary>
    private static PendingEffect? EffectOf(PlanNode node, StageResult result) =>
        node.Kind switch
        {
            StageNames.Sft or StageNames.Grpo when result.Outputs.TryGetValue(StageOutputs.Weights, out var weights) => new PendingEffect(
                EffectKind.Checkpoint,
                node.Name,
                weights,
                (long)result.Counts.GetValueOrDefault(CountNames.Steps)
            ),
            StageKinds.Evaluate or StageKinds.BestOfN when result.Outputs.TryGetValue(StageOutputs.Summary, out var summary) =>
                new PendingEffect(EffectKind.Evaluation, node.Name, summary, 0),
            _ => null,
        };

    /// <summary>Part of a change: the scratch of a stage is to be deleted.</summary>
    private static void DropScratchLater(ExperimentState state, string stageKey)
    {
        var effect = new PendingEffect(EffectKind.Scratch, stageKey, null, 0);
        if (!state.Effects.Contains(effect))
        {
            state.Effects.Add(effect);
        }
    }

    private async Task TickAsync(CancellationToken cancellationToken)
    {
        if (State.Phase == ExperimentPhase.Running)
        {
            DelayDeactivation(KeepAlive);
            EnsureLoop();
        }

        await FlushEffectsAsync();
    }

    /// <summary>Performs the effects that are due, oldest first. Never throws. The timer or the next activation repeats a failed one, which
    /// does not hold up the others.</summary>
    private async Task FlushEffectsAsync()
    {
        if (_flushing || options.Value.ReadOnly)
        {
            return;
        }

        _flushing = true;
        try
        {
            while (State.Effects.FirstOrDefault(IsDue) is { } effect)
            {
                try
                {
                    await PerformAsync(effect);
                    _tried[(effect.Kind, effect.Stage)] = time.GetTimestamp();
                    if (effect.Kind != EffectKind.Dataset)
                    {
                        await ChangeAsync(state => state.Effects.Remove(effect));
                        _tried.Remove((effect.Kind, effect.Stage));
                    }
                }
                catch (Exception e)
                {
                    _tried[(effect.Kind, effect.Stage)] = time.GetTimestamp();
                    LogEffectFailed(e, effect.Kind, Id);
                }
            }
        }
        finally
        {
            _flushing = false;
        }
    }

    private bool IsDue(PendingEffect effect) =>
        (!_tried.TryGetValue((effect.Kind, effect.Stage), out var at) || time.GetElapsedTime(at) >= options.Value.EffectRetry)
        && (effect.Kind != EffectKind.Scratch || !IsInUse(effect.Stage));

    /// <summary>Whether workers may still write to the scratch of a stage.</summary>
    private bool IsInUse(string stageKey) =>
        State.Phase == ExperimentPhase.Running
            ? State.Stages.Values.Any(s => s.Key == stageKey && !s.IsDone)
            : _loop is { IsCompleted: false };

    private Task PerformAsync(PendingEffect effect) =>
        effect.Kind switch
        {
            EffectKind.Phase => AnnouncePhaseAsync(effect),
            EffectKind.Dataset => publisher.PublishAsync(new DatasetReady(Id, effect.Stage, effect.Artifact!)),
            EffectKind.Checkpoint => publisher.PublishAsync(new CheckpointReady(Id, effect.Stage, effect.Number, effect.Artifact!)),
            EffectKind.Evaluation => publisher.PublishAsync(new EvaluationCompleted(Id, effect.Stage, effect.Artifact!)),
            EffectKind.Scratch => OffScheduler.RunAsync(async () =>
            {
                await artifacts.DropAsync(StageKey.ScratchOf(Id, effect.Stage));
                return true;
            }),
            _ => throw new InvalidOperationException($"unknown effect {effect.Kind}"),
        };

    private async Task AnnouncePhaseAsync(PendingEffect effect)
    {
        var submitted = State.Submitted!;
        await GrainFactory
            .GetGrain<IExperimentCatalogGrain>(submitted.Tenant)
            .RecordAsync(
                new CatalogEntry(Id, State.Name, Enum.Parse<ExperimentPhase>(effect.Stage), State.SubmittedAt, submitted.OutputFolder)
            );
        await publisher.PublishAsync(new ExperimentStateChanged(Id, effect.Stage, effect.Number));
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Experiment {Experiment}: the effect {Effect} failed; it will be tried again")]
    private partial void LogEffectFailed(Exception e, EffectKind effect, string experiment);
}
