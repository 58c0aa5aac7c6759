using SkillFactory.Core.Artifacts;
using SkillFactory.Engine.Models;
using SkillFactory.Engine.Training;
using SkillFactory.Workers.Devices;

namespace SkillFactory.Workers.TrainingLoops;

/// <summary>A trainer on the learner's device thread. Between updates it offers its weights to the slots of its process.</summary>
internal sealed class TrainerHost(TrainingContext context, bool packing) : IPolicy, IAsyncDisposable
{
    private Trainer? _trainer;
    private WeightOffer? _offer;

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
                try
                {
                    WeightFile.Load(weights, decoder.Values);
                    _trainer = new Trainer(decoder, TrainerOptions.For(context.Device, decoder.Layout.Shape, packing));
                }
                catch
                {
                    decoder.Dispose();
                    throw;
                }

                if (optimizer is not null)
                {
                    OptimizerFile.Load(optimizer, _trainer.Optimizer);
                }
                else if (_trainer.Optimizer.HasMasters)
                {
                    // The file may be more exact than the weights.
                    WeightFile.Load(weights, _trainer.Optimizer.Masters);
                }

                return true;
            },
            cancellationToken
        );
    }

    /// <summary>Runs one unit of device work that does not change the weights.</summary>
    public Task<T> RunAsync<T>(Func<Trainer, T> work, CancellationToken cancellationToken) =>
        context.Executor.RunAsync(() => work(_trainer!), cancellationToken);

    /// <summary>Runs one unit of device work that changes the weights, once no slot reads them.</summary>
    public async Task<T> UpdateAsync<T>(Func<Trainer, T> work, CancellationToken cancellationToken)
    {
        if (_offer is { } offer)
        {
            _offer = null;
            await offer.WithdrawAsync();
        }

        return await RunAsync(work, cancellationToken);
    }

    /// <summary>Offers the weights, which are those of a published version, to the slots of this process.</summary>
    public void Offer(WeightsRef published) => _offer ??= context.Weights.Offer(published.Tensors.Hash, _trainer!.Weights);

    public Task<IReadOnlyList<float[]>> LogProbsAsync(
        IReadOnlyList<TrainingSequence> sequences,
        double temperature,
        CancellationToken cancellationToken
    ) => RunAsync(t => t.LogProbs(sequences, temperature), cancellationToken);

    /// <summary>Optimizer updates so far. Unchanged means that the weights are unchanged too.</summary>
    public Task<int> CountUpdatesAsync() => RunAsync(t => t.Optimizer.Step, CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        if (_trainer is { } trainer)
        {
            await context.Executor.RunAsync(() =>
            {
                trainer.Dispose();
                if (_offer is null)
                {
                    trainer.Weights.Dispose();
                }

                return true;
            });
            _offer?.Leave();
        }
    }
}
