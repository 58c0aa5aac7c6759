using SkillFactory.Core.Artifacts;
using SkillFactory.Engine.Models;
using SkillFactory.Engine.Training;
using SkillFactory.Storage.Safetensors;

namespace SkillFactory.Workers.TrainingLoops;

/// <summary>
/// The files of a training run in the stage's scratch: the weights of a step, which are written once, on demand, and the checkpoints. The
/// log of a checkpoint holds only what came after the checkpoint before it.
/// </summary>
/// <param name="from">The checkpoint that <paramref name="trainer"/> was loaded from; null for the initial weights.</param>
internal sealed class TrainingFiles(TrainingContext context, TrainerHost trainer, TrainingCheckpoint? from)
{
    private (int Step, WeightsRef Weights) _published = (from?.Step ?? 0, from?.Weights ?? context.Spec.InitialWeights);
    private TrainingCheckpoint? _checkpoint = from;
    private TrainingLog _stored = new();

    /// <summary>Step of the newest checkpoint; 0 when there is none.</summary>
    public int CheckpointStep => _checkpoint?.Step ?? 0;

    /// <summary>The whole log up to the checkpoint the run resumes from.</summary>
    public async Task<TrainingLog> ReadLogAsync(CancellationToken cancellationToken) =>
        _stored = _checkpoint is { } checkpoint
            ? await TrainingContext.OffSchedulerAsync(() => LogSegments.ReadAsync(context.Artifacts, checkpoint.Log, cancellationToken))
            : new TrainingLog();

    /// <summary>The weights after <paramref name="step"/>, which must be the trainer's, as a version that replicas can load.</summary>
    public async Task<WeightsRef> PublishAsync(int step, CancellationToken cancellationToken)
    {
        if (_published.Step == step)
        {
            trainer.Offer(_published.Weights);
            return _published.Weights;
        }

        var artifact = await context.Scratch.PutAsync(
            WeightFile.MediaType,
            stream => trainer.RunAsync(t => Write(stream, t.Weights.Values, t.Weights.Values.StoredType), cancellationToken),
            cancellationToken
        );
        var replaced = _published.Weights.Tensors;
        _published = (step, new WeightsRef(step, artifact));

        // Steps without an update have equal weights, and equal content is one file.
        if (replaced != artifact && replaced != context.Spec.InitialWeights.Tensors && replaced != _checkpoint?.Weights.Tensors)
        {
            await context.Artifacts.DeleteAsync(replaced, cancellationToken);
        }

        trainer.Offer(_published.Weights);
        return _published.Weights;
    }

    /// <summary>Stores everything needed to resume after <paramref name="step"/> and makes it the stage's checkpoint.</summary>
    public async Task CheckpointAsync(int step, TrainingLog log, CancellationToken cancellationToken)
    {
        var weights = await PublishAsync(step, cancellationToken);
        var optimizer = _checkpoint is { } same && same.Step == step ? same.Optimizer : await WriteOptimizerAsync(cancellationToken);
        var segment = await context.Scratch.PutJsonAsync(LogSegments.Since(_stored, _checkpoint?.Log, log), cancellationToken);
        var checkpoint = new TrainingCheckpoint(step, weights, optimizer, segment);
        await context.Save(checkpoint);
        (_checkpoint, _stored) = (checkpoint, log);
    }

    /// <summary>Stores the trainer's weights as the stage's result, in the type of the model's checkpoint: outside of the scratch, which
    /// ends with the stage.</summary>
    public Task<ArtifactRef> StoreResultAsync(CancellationToken cancellationToken) =>
        context.Artifacts.PutAsync(
            WeightFile.MediaType,
            stream => trainer.RunAsync(t => Write(stream, t.Optimizer.Masters, context.Model.StoredType), cancellationToken),
            cancellationToken
        );

    private Task<ArtifactRef> WriteOptimizerAsync(CancellationToken cancellationToken) =>
        context.Scratch.PutAsync(
            WeightFile.MediaType,
            stream =>
                trainer.RunAsync(
                    t =>
                    {
                        OptimizerFile.Write(stream, t.Optimizer, context.StageKey);
                        return true;
                    },
                    cancellationToken
                ),
            cancellationToken
        );

    private static bool Write(Stream stream, ParameterBuckets weights, TensorType type)
    {
        WeightFile.Write(stream, weights, type);
        return true;
    }
}
