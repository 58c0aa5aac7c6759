using SkillFactory.Core.Artifacts;
using SkillFactory.Engine.Models;
using SkillFactory.Engine.Training;

namespace SkillFactory.Workers.Learning;

/// <summary>A trainer on the learner's device thread, with its checkpoints in the artifact store.</summary>
internal sealed class TrainerHost(TrainingContext context, bool packing) : IAsyncDisposable
{
    private Trainer? _trainer;

    /// <summary>Loads the checkpoint, or the initial weights.</summary>
    public async Task LoadAsync(TrainingCheckpoint? checkpoint, CancellationToken cancellationToken)
    {
        var weights = await context.Artifacts.GetLocalPathAsync(
            (checkpoint?.Weights ?? context.Spec.InitialWeights).Tensors,
            cancellationToken
        );
        var optimizer = checkpoint is null ? null : await context.Artifacts.GetLocalPathAsync(checkpoint.Optimizer, cancellationToken);
        await RunAsync(
            () =>
            {
                var decoder = new DecoderWeights(new ParameterLayout(context.Model.Shape), context.Device);
                WeightFile.Load(weights, decoder);
                _trainer = new Trainer(decoder, TrainerOptions.For(context.Device, decoder.Layout.Shape, packing));
                if (optimizer is not null)
                {
                    OptimizerFile.Load(optimizer, _trainer.Optimizer);
                }

                return true;
            },
            cancellationToken
        );
    }

    /// <summary>One unit of work with the trainer.</summary>
    public Task<T> RunAsync<T>(Func<Trainer, T> work, CancellationToken cancellationToken) =>
        RunAsync(() => work(_trainer!), cancellationToken);

    /// <summary>Stores the current weights as a version that replicas can load.</summary>
    /// <param name="version">Step.</param>
    /// <param name="into">The stage's scratch, or the store itself for its result.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<WeightsRef> PublishAsync(long version, IArtifactStore into, CancellationToken cancellationToken)
    {
        var values = await RunAsync(t => t.Weights.ToArray(), cancellationToken);
        var artifact = await into.PutAsync(
            WeightFile.MediaType,
            stream => WeightFile.WriteAsync(stream, new ParameterLayout(context.Model.Shape), values),
            cancellationToken
        );
        return new WeightsRef(version, artifact);
    }

    /// <summary>Stores everything needed to go on after <paramref name="step"/> and makes it the stage's checkpoint.</summary>
    public async Task<TrainingCheckpoint> CheckpointAsync(
        int step,
        WeightsRef weights,
        TrainingLog log,
        CancellationToken cancellationToken
    )
    {
        var (first, second, steps) = await RunAsync(
            t =>
            {
                var (m, v) = t.Optimizer.ToArrays();
                return (m, v, t.Optimizer.Step);
            },
            cancellationToken
        );
        var optimizer = await context.Scratch.PutAsync(
            WeightFile.MediaType,
            stream => OptimizerFile.WriteAsync(stream, first, second, steps, context.StageKey),
            cancellationToken
        );
        var logArtifact = await context.Scratch.PutJsonAsync(log, cancellationToken);
        var checkpoint = new TrainingCheckpoint(step, weights, optimizer, logArtifact);
        await context.Save(checkpoint);
        return checkpoint;
    }

    public async Task<TrainingLog> ReadLogAsync(TrainingCheckpoint? checkpoint, CancellationToken cancellationToken) =>
        checkpoint is null ? new TrainingLog() : await context.Artifacts.GetJsonAsync<TrainingLog>(checkpoint.Log, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        if (_trainer is { } trainer)
        {
            await context.Executor.RunAsync(() =>
            {
                trainer.Dispose();
                trainer.Weights.Dispose();
                return true;
            });
        }
    }

    private Task<T> RunAsync<T>(Func<T> work, CancellationToken cancellationToken) => context.Executor.RunAsync(work, cancellationToken);
}
