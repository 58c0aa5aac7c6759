using SkillFactory.Engine.Training;
using SkillFactory.Workers.Devices;

namespace SkillFactory.Workers.TrainingLoops;

/// <summary>The reference policy of a KL penalty: the stage's initial weights, without gradients or moments.</summary>
internal sealed class ReferencePolicy : IPolicy, IDisposable
{
    private readonly TrainingContext _context;
    private readonly SharedWeights _weights;
    private readonly SequenceScorer _scorer;

    private ReferencePolicy(TrainingContext context, SharedWeights weights)
    {
        (_context, _weights) = (context, weights);
        _scorer = new SequenceScorer(weights.Weights, weights.Rotary, TrainerOptions.For(context.Device, context.Model.Shape));
    }

    public static async Task<ReferencePolicy> LoadAsync(TrainingContext context, CancellationToken cancellationToken) =>
        new(
            context,
            await context.Weights.AcquireAsync(
                context.Model.Shape,
                context.Spec.InitialWeights.Tensors,
                context.Executor,
                lasting: true,
                cancellationToken
            )
        );

    public Task<IReadOnlyList<float[]>> LogProbsAsync(
        IReadOnlyList<TrainingSequence> sequences,
        double temperature,
        CancellationToken cancellationToken
    ) => _context.Executor.RunAsync(() => _scorer.LogProbs(sequences, temperature), cancellationToken);

    public void Dispose() => _weights.Dispose();
}
