using Microsoft.Extensions.Logging;
using SkillFactory.Contracts.Experiments;
using SkillFactory.Contracts.Messages;
using SkillFactory.Core.Pipeline;
using SkillFactory.Core.Recipes;

namespace SkillFactory.Grains.Experiments;

/// <content>What others are told: kept in the state until done, done at least once.</content>
internal sealed partial class ExperimentGrain
{
    /// <summary>When a dataset was last announced by this activation, by stage key.</summary>
    private readonly Dictionary<string, long> _announced = new(StringComparer.Ordinal);

    private bool _flushing;

    /// <summary>What a finished stage means to others.</summary>
    private static PendingEffect? EffectOf(PlanNode node, StageResult result) => node.Kind switch
    {
        StageNames.Sft or StageNames.Grpo when result.Outputs.TryGetValue(StageOutputs.Weights, out var weights) =>
            new PendingEffect(EffectKind.Checkpoint, node.Name, weights, (long)result.Counts.GetValueOrDefault("steps")),
        StageKinds.Evaluate or StageKinds.BestOfN when result.Outputs.TryGetValue(StageOutputs.Summary, out var summary) =>
            new PendingEffect(EffectKind.Evaluation, node.Name, summary, 0),
        _ => null,
    };

    private async Task TickAsync(CancellationToken cancellationToken)
    {
        if (State.Phase == ExperimentPhase.Running)
        {
            DelayDeactivation(KeepAlive);
            EnsureLoop();
        }

        await FlushEffectsAsync();
    }

    /// <summary>Does what is due, oldest first. Never throws; what fails is tried again by the timer, or after the next activation.</summary>
    private async Task FlushEffectsAsync()
    {
        if (_flushing)
        {
            return;
        }

        _flushing = true;
        try
        {
            while (State.Effects.FirstOrDefault(IsDue) is { } effect)
            {
                await PerformAsync(effect);
                if (effect.Kind == EffectKind.Dataset)
                {
                    _announced[effect.Stage] = time.GetTimestamp();
                }
                else
                {
                    await ChangeAsync(state => state.Effects.Remove(effect));
                }
            }
        }
        catch (Exception e)
        {
            LogEffectFailed(e, Id);
        }
        finally
        {
            _flushing = false;
        }
    }

    private bool IsDue(PendingEffect effect) =>
        effect.Kind != EffectKind.Dataset || !_announced.TryGetValue(effect.Stage, out var at) || time.GetElapsedTime(at) >= options.Value.EffectRetry;

    private Task PerformAsync(PendingEffect effect) => effect.Kind switch
    {
        EffectKind.Phase => TellPhaseAsync(effect),
        EffectKind.Dataset => publisher.PublishAsync(new DatasetReady(Id, effect.Stage, effect.Artifact!)),
        EffectKind.Checkpoint => publisher.PublishAsync(new CheckpointReady(Id, effect.Stage, effect.Number, effect.Artifact!)),
        EffectKind.Evaluation => publisher.PublishAsync(new EvaluationCompleted(Id, effect.Stage, effect.Artifact!)),
        _ => throw new InvalidOperationException($"no such effect: {effect.Kind}"),
    };

    private async Task TellPhaseAsync(PendingEffect effect)
    {
        var submitted = State.Submitted!;
        await GrainFactory.GetGrain<IExperimentCatalogGrain>(submitted.Tenant)
            .RecordAsync(new CatalogEntry(Id, State.Name, Enum.Parse<ExperimentPhase>(effect.Stage), State.SubmittedAt, submitted.OutputFolder));
        await publisher.PublishAsync(new ExperimentStateChanged(Id, effect.Stage, effect.Number));
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Something that experiment {Experiment} has to tell others could not be told; it is tried again")]
    private partial void LogEffectFailed(Exception e, string experiment);
}
