using SkillFactory.Engine.Models;
using SkillFactory.Engine.Training;

namespace SkillFactory.Workers.TrainingLoops;

/// <summary>A trainer on the learner's device thread.</summary>
internal sealed class TrainerHost(TrainingContext context, bool packing) : IAsyncDisposable
{
    private Trainer? _trainer;

    /// <summary>Loads the checkpoint, or the initial weights when it is null.</summary>
    public async Task LoadAsync(TrainingCheckpoint? checkpoint, CancellationToken cancellationToken)
    {
        var weights = await context.Artifacts.GetLocalPathAsync(
            (checkpoint?.Weights ?? context.Spec.InitialWeights).Tensors,
            cancellationToken
        );
        var optimizer = checkpoint is null ? null : await context.Artifacts.GetLocalPathAsync(checkpoint.Optimizer, cancellationToken);
        await context.Executor.RunAsync(
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

    /// <summary>Runs one unit of device work with the trainer.</summary>
    public Task<T> RunAsync<T>(Func<Trainer, T> work, CancellationToken cancellationToken) =>
        context.Executor.RunAsync(() => work(_trainer!), cancellationToken);

    /// <summary>Optimizer updates so far. Unchanged means that the weights are unchanged too.</summary>
    public Task<int> CountUpdatesAsync() => RunAsync(t => t.Optimizer.Step, CancellationToken.None);

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
}
