using SkillFactory.Contracts.Experiments;
using SkillFactory.Core.Artifacts;
using SkillFactory.Core.Metrics;
using SkillFactory.Core.Planning;
using SkillFactory.Core.Prompts;
using SkillFactory.Core.Recipes;
using SkillFactory.Core.Sampling;
using SkillFactory.Core.Tasks;
using SkillFactory.Engine.Training;

namespace SkillFactory.Workers.TrainingLoops;

/// <summary>
/// GRPO: each step samples groups of responses with the current weights, rewards each response by its last answer (1 when correct, else 0)
/// and makes one or several updates (<see cref="GrpoUpdates"/>). Rollouts carry the log-probabilities they were sampled with; a step trains
/// only on rollouts of the weights it starts from.
/// </summary>
internal sealed class GrpoMethod(TrainingContext context) : ITrainingMethod
{
    private readonly GrpoSettings _settings = context.Spec.Grpo
        ?? throw new InvalidOperationException("a GRPO stage without GRPO settings");
    private StepRollouts? _rollouts;
    private GroupReader? _reader;
    private ReferencePolicy? _reference;

    public string StageKind => StageNames.Grpo;

    public bool Packing => false;

    public int CheckpointEvery => _settings.CheckpointEvery;

    public async Task StartAsync(TrainerHost trainer, CancellationToken cancellationToken)
    {
        var questions = await TrainingContext.OffSchedulerAsync(() =>
            context.Artifacts.ReadAllAsync<Question>(context.Spec.Questions!, cancellationToken)
        );
        _reader = new GroupReader(context.Model.Tokenizer, _settings, questions);
        _rollouts = new StepRollouts(context, _settings, _reader, questions);
        await CheckContractAsync(trainer, questions, cancellationToken);
        if (_settings.KlCoefficient > 0)
        {
            _reference = await ReferencePolicy.LoadAsync(context, cancellationToken);
        }
    }

    public bool HasNext(int step, TrainingLog log) => step < _settings.Steps && !(log.GeneratedTokens >= context.Spec.TokenBudget);

    public async Task<TrainingLog> StepAsync(
        int step,
        TrainingLog log,
        TrainerHost trainer,
        TrainingFiles files,
        CancellationToken cancellationToken
    )
    {
        var sampled = await _rollouts!.SampleAsync(
            step,
            await files.PublishAsync(step - 1, cancellationToken),
            log.Prompts,
            (share, tokens, waiting) =>
                context.Report(Progress(step - 1 + (0.5 * share), log.GeneratedTokens + tokens) with { Waiting = waiting }),
            cancellationToken
        );
        var generated = log.GeneratedTokens + sampled.GeneratedTokens;
        var updates = new GrpoUpdates(context, _settings, trainer, _reference);
        var (values, trained) = await updates.RunAsync(sampled.Groups, RateOf(step, generated), cancellationToken);
        _reader!.AddFigures(values, sampled.Groups);
        return log with
        {
            Metrics = [.. log.Metrics, new MetricRow(step, values)],
            Rollouts = [.. log.Rollouts, .. sampled.Artifacts],
            Prompts = log.Prompts + sampled.Groups.Count,
            GeneratedTokens = generated,
            TrainedTokens = log.TrainedTokens + trained,
        };
    }

    public Task<TrainingLog?> ReviewAsync(int step, TrainingLog log, TrainingFiles files, CancellationToken cancellationToken) =>
        Task.FromResult<TrainingLog?>(null);

    public StageProgress Progress(int step, TrainingLog log) => Progress(step, log.GeneratedTokens);

    public async Task<Dictionary<string, double>> FinishAsync(
        int step,
        TrainingLog log,
        Dictionary<string, ArtifactRef> outputs,
        CancellationToken cancellationToken
    )
    {
        // One searchable artifact of all rollouts, without the token ids, which only training needs.
        var (count, merged) = await TrainingContext.OffSchedulerAsync(async () =>
        {
            var rollouts = new List<Rollout>();
            foreach (var artifact in log.Rollouts)
            {
                await foreach (var rollout in context.Artifacts.ReadLinesAsync<Rollout>(artifact, cancellationToken))
                {
                    rollouts.Add(rollout with { PromptTokens = null, Tokens = null, LogProbs = null });
                }
            }

            return (rollouts.Count, await context.Artifacts.PutLinesAsync(rollouts, cancellationToken));
        });
        outputs[StageOutputs.Rollouts] = merged;
        outputs[StageOutputs.Questions] = context.Spec.Questions!;
        return new Dictionary<string, double>
        {
            [CountNames.Steps] = step,
            [CountNames.Rollouts] = count,
            [StageResult.TrainedTokens] = log.TrainedTokens,
            [StageResult.GeneratedTokens] = log.GeneratedTokens,
        };
    }

    public ValueTask DisposeAsync()
    {
        _reference?.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task CheckContractAsync(TrainerHost trainer, List<Question> questions, CancellationToken cancellationToken)
    {
        await context.Report(Progress(0, 0) with { Waiting = "the numerical contract: sampler and trainer must agree" });
        var set = PromptSet.Get(context.Spec.Prompts);
        var prompts = questions
            .Take(4)
            .Select(q => set.SolvePrompt(q, PromptVariant.Original))
            .Select(p => context.Model.EncodePrompt(p.System, p.User).Tokens)
            .ToArray();
        var checks = await trainer.RunAsync(
            t => NumericalContract.Measure(t, prompts, context.Model.StopTokens, context.Random.Child("contract")),
            cancellationToken
        );
        NumericalContract.Require(checks);
    }

    /// <summary>The learning rate of a step: by steps, or by the share of the token budget that is spent once its rollouts exist.</summary>
    private double RateOf(int step, long generated) =>
        context.Spec.TokenBudget is { } budget
            ? LearningRate.TrapezoidByShare(
                step,
                generated / (double)budget,
                _settings.LearningRate,
                _settings.WarmupSteps,
                _settings.FinalLearningRateShare,
                _settings.DecayShare
            )
            : LearningRate.Trapezoid(
                step,
                _settings.Steps,
                _settings.LearningRate,
                _settings.WarmupSteps,
                _settings.FinalLearningRateShare,
                _settings.DecayShare
            );

    private StageProgress Progress(double step, long generated) =>
        context.Spec.TokenBudget is { } budget
            ? new(context.StageName, Math.Min(generated, budget), budget, "tokens", generated, "", null)
            : new(context.StageName, step, _settings.Steps, "steps", generated, "", null);
}
