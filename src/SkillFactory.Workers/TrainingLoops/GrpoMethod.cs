using SkillFactory.Contracts.Experiments;
using SkillFactory.Core.Advantages;
using SkillFactory.Core.Artifacts;
using SkillFactory.Core.Metrics;
using SkillFactory.Core.Planning;
using SkillFactory.Core.Prompts;
using SkillFactory.Core.Recipes;
using SkillFactory.Core.Sampling;
using SkillFactory.Core.Tasks;
using SkillFactory.Core.Traces;
using SkillFactory.Engine.Training;
using SkillFactory.Grading;
using SkillFactory.Primitives.Errors;
using SkillFactory.Workers.Devices;

namespace SkillFactory.Workers.TrainingLoops;

/// <summary>
/// GRPO: each step samples groups of responses with the current weights, rewards each response by its last answer (1 when correct, else 0),
/// computes group-relative advantages and makes one or several clipped updates. Rollouts carry the log-probabilities they were sampled
/// with; a step trains only on rollouts of the weights it starts from.
/// </summary>
internal sealed class GrpoMethod(TrainingContext context) : ITrainingMethod
{
    private readonly GrpoSettings _settings = context.Spec.Grpo
        ?? throw new InvalidOperationException("a GRPO stage without GRPO settings");
    private StepRollouts? _rollouts;
    private SharedWeights? _reference;

    public string StageKind => StageNames.Grpo;

    public bool Packing => false;

    public int CheckpointEvery => _settings.CheckpointEvery;

    public async Task StartAsync(TrainerHost trainer, CancellationToken cancellationToken)
    {
        var questions = await TrainingContext.OffSchedulerAsync(() =>
            context.Artifacts.ReadAllAsync<Question>(context.Spec.Questions!, cancellationToken)
        );
        _rollouts = new StepRollouts(context, _settings, new GroupReader(context.Model.Tokenizer, _settings, questions), questions);
        await CheckContractAsync(trainer, questions, cancellationToken);
        if (_settings.KlCoefficient > 0)
        {
            _reference = await context.Weights.AcquireAsync(
                context.Model.Shape,
                context.Spec.InitialWeights.Tensors,
                context.Executor,
                lasting: true,
                cancellationToken
            );
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
        var (row, trained) = await UpdateAsync(trainer, step, RateOf(step, generated), sampled.Groups, cancellationToken);
        return log with
        {
            Metrics = [.. log.Metrics, row],
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

    private async Task<(MetricRow Row, long TrainedTokens)> UpdateAsync(
        TrainerHost trainer,
        int step,
        double rate,
        IReadOnlyList<ReadGroup> groups,
        CancellationToken cancellationToken
    )
    {
        var started = context.Time.GetTimestamp();
        var plan = GrpoStepPlan.Of(
            [.. groups.Select(g => g.Scored)],
            _settings.Advantage,
            _settings.UpdatesPerStep,
            _settings.Credit,
            _settings.PromptsPerStep
        );
        var optimizer = new AdamWSettings(_settings.Beta1, _settings.Beta2, _settings.WeightDecay, _settings.ClipNorm);
        var temperature = _settings.Decoding.Temperature;
        var updates = new List<PolicyStep>();
        long trained = 0;
        foreach (var part in plan.MiniBatches)
        {
            var batch = part.Samples.Select(s => Sequence(groups[s.Group].Rollouts[s.Sample], s)).ToArray();
            var anchors = await ReferenceLogProbsAsync(batch, temperature, cancellationToken);
            updates.Add(
                await trainer.UpdateAsync(
                    t => t.Policy(batch, _settings, temperature, part.Tokens, anchors, rate, optimizer, cancellationToken),
                    cancellationToken
                )
            );
            trained += batch.Sum(s => (long)s.Tokens.Length);
        }

        double Mean(Func<PolicyStep, double> value) => updates.Count == 0 ? 0 : updates.Average(value);
        var rollouts = groups.SelectMany(g => g.Rollouts).ToList();
        var traces = groups.SelectMany(g => g.Traces).ToList();
        var values = new Dictionary<string, double>(plan.Statistics.ToValues())
        {
            [MetricNames.Entropy] = rollouts.Sum(r => r.MeanEntropy * r.TokenCount) / plan.Statistics.Tokens,
            [MetricNames.Loss] = Mean(u => u.Loss),
            [MetricNames.GradientNorm] = Mean(u => u.GradientNorm),
            [MetricNames.LearningRate] = rate,
            [MetricNames.Kl] = Mean(u => u.Kl),
            [MetricNames.ClippedLow] = Mean(u => u.ClippedLow),
            [MetricNames.ClippedHigh] = Mean(u => u.ClippedHigh),
            [MetricNames.ClippedDual] = Mean(u => u.ClippedDual),
            [MetricNames.LogProbDifference] = updates.Count == 0 ? 0 : updates[0].MaxLogProbDifference,
            [MetricNames.Attempts] = traces.Average(t => t.Attempts.Count()),
            [MetricNames.Reflections] = traces.Average(t => t.Reflections.Count()),
            [MetricNames.TrainedTokens] = trained,
            [MetricNames.StepTime] = context.Time.GetElapsedTime(started).TotalSeconds,
        };
        GroupReader.AddShares(values, groups);
        return (new MetricRow(step, values), trained);
    }

    /// <summary>Log-probabilities under the initial weights; null when no penalty needs them.</summary>
    private async Task<IReadOnlyList<float[]>?> ReferenceLogProbsAsync(
        IReadOnlyList<TrainingSequence> batch,
        double temperature,
        CancellationToken cancellationToken
    )
    {
        if (_reference is not { } reference)
        {
            return null;
        }

        var options = TrainerOptions.For(context.Device, context.Model.Shape);
        var scorer = new SequenceScorer(reference.Weights, reference.Rotary, options);
        return await context.Executor.RunAsync(() => scorer.LogProbs(batch, temperature), cancellationToken);
    }

    private static TrainingSequence Sequence(Rollout rollout, GrpoSample sample)
    {
        if (rollout.PromptTokens is not { } prompt || rollout.Tokens is not { } tokens || rollout.LogProbs is not { } logProbs)
        {
            throw new UserErrorException(
                $"rollout {rollout.Id} has no token ids; GRPO trains on the sampled ids and never encodes the text again"
            );
        }

        return new TrainingSequence([.. prompt, .. tokens], [.. prompt.Select(_ => false), .. tokens.Select(_ => true)])
        {
            Advantage = (float)sample.Advantage,
            TokenAdvantages = sample.Credits.Count == 0 ? null : sample.TokenAdvantages(),
            OldLogProbs = logProbs,
        };
    }
}
