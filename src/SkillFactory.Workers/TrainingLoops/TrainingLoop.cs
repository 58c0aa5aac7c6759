using SkillFactory.Core.Artifacts;
using SkillFactory.Core.Planning;

namespace SkillFactory.Workers.TrainingLoops;

/// <summary>
/// The loop of a training stage: load the checkpoint, step, validate, checkpoint and report, until the method has no next step. After a
/// cancellation it leaves a checkpoint of the last complete step where the trainer still holds that step's state.
/// </summary>
internal sealed class TrainingLoop(TrainingContext context, ITrainingMethod method)
{
    private readonly ValidationRun _validation = new(context);

    /// <param name="from">The checkpoint to resume from; null to begin with the initial weights.</param>
    public async Task<StageResult> RunAsync(TrainingCheckpoint? from, CancellationToken cancellationToken)
    {
        var started = context.Time.GetTimestamp();
        await using var owned = method;
        await using var trainer = new TrainerHost(context, method.Packing);
        await trainer.LoadAsync(from, cancellationToken);
        await method.StartAsync(trainer, cancellationToken);
        var files = new TrainingFiles(context, trainer, from);
        var log = await files.ReadLogAsync(cancellationToken);
        var earlier = log.WallSeconds;
        var step = from?.Step ?? 0;
        var updates = await trainer.CountUpdatesAsync();
        try
        {
            if (step == 0)
            {
                log = await _validation.MeasureAsync(0, log, method.Progress(0, log), files, cancellationToken);
            }

            while (true)
            {
                while (method.HasNext(step, log))
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    var next = await method.StepAsync(step + 1, log, trainer, files, cancellationToken);
                    next = await _validation.MeasureAsync(step + 1, next, method.Progress(step + 1, next), files, cancellationToken);
                    (step, log, updates) = (step + 1, next, await trainer.CountUpdatesAsync());
                    if (IsCheckpointDue())
                    {
                        await CheckpointAsync(cancellationToken);
                    }

                    await context.Report(method.Progress(step, log) with { Metrics = log.Metrics[^1] });
                }

                if (await method.ReviewAsync(step, log, files, cancellationToken) is not { } reviewed)
                {
                    break;
                }

                log = reviewed;
                await CheckpointAsync(cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Part of a step cannot be resumed: a checkpoint is only possible while no update has followed the last complete step.
            if (step > files.CheckpointStep && await trainer.CountUpdatesAsync() == updates)
            {
                await CheckpointAsync(CancellationToken.None);
            }

            throw;
        }

        var outputs = new Dictionary<string, ArtifactRef>
        {
            [StageOutputs.Weights] = await files.StoreResultAsync(cancellationToken),
            [StageOutputs.Metrics] = await context.Artifacts.PutLinesAsync(log.Metrics, cancellationToken),
        };
        var counts = await method.FinishAsync(step, log, outputs, cancellationToken);
        await _validation.FinishAsync(log, outputs, counts, cancellationToken);
        return new StageResult(context.StageKey, method.StageKind, outputs, counts, WallSeconds());

        double WallSeconds() => earlier + context.Time.GetElapsedTime(started).TotalSeconds;

        // A validated step gets a checkpoint because its weights are stored already, and so its questions are not asked again.
        bool IsCheckpointDue() =>
            step - files.CheckpointStep >= method.CheckpointEvery || _validation.IsDue(step) || !method.HasNext(step, log);

        Task CheckpointAsync(CancellationToken cancellation)
        {
            log = log with { WallSeconds = WallSeconds() };
            return files.CheckpointAsync(step, log, cancellation);
        }
    }
}
