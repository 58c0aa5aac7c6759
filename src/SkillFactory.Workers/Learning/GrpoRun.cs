using SkillFactory.Contracts.Experiments;
using SkillFactory.Core.Artifacts;
using SkillFactory.Core.Grpo;
using SkillFactory.Core.Metrics;
using SkillFactory.Core.Planning;
using SkillFactory.Core.Prompts;
using SkillFactory.Core.Recipes;
using SkillFactory.Core.Sampling;
using SkillFactory.Core.Tasks;
using SkillFactory.Core.Traces;
using SkillFactory.Engine.Training;
using SkillFactory.Evaluation.Summaries;
using SkillFactory.Grading;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Workers.Learning;

/// <summary>
/// GRPO, one step at a time: publish weights, have replicas sample groups of responses, reward 1 for a correct last answer and 0 else,
/// group-relative advantages, one or several clipped updates, checkpoint. Rollouts carry the log-probabilities they were sampled with, and
/// the step that consumes them is the step whose weights made them.
/// </summary>
internal sealed class GrpoRun(TrainingContext context)
{
    private readonly GrpoSettings _settings = context.Spec.Grpo
        ?? throw new InvalidOperationException("a GRPO stage without GRPO settings");
    private readonly PromptSet _prompts = PromptSet.Get(context.Spec.Prompts);
    private readonly GroupReader _groups = new(context);
    private readonly ValidationRun _validation = new(context);

    public async Task<StageResult> RunAsync(TrainingCheckpoint? from, CancellationToken cancellationToken)
    {
        var questions = await context.Artifacts.ReadAllAsync<Question>(context.Spec.Questions!, cancellationToken);
        await using var host = new TrainerHost(context, packing: false);
        await host.LoadAsync(from, cancellationToken);
        await CheckContractAsync(host, questions, cancellationToken);
        await using var reference = _settings.KlCoefficient > 0 ? new TrainerHost(context, packing: false) : null;
        if (reference is not null)
        {
            await reference.LoadAsync(null, cancellationToken);
        }

        _groups.Know(questions);
        var rolloutSource = new StepRollouts(context, _settings, _groups, questions);
        var log = await host.ReadLogAsync(from, cancellationToken);
        var weights = from?.Weights ?? context.Spec.InitialWeights;
        var step = from?.Step ?? 0;
        var checkpointed = step;
        if (step == 0 && _validation.IsDue(0))
        {
            (var before, log) = await _validation.MeasureAsync(
                new MetricRow(0, new Dictionary<string, double>()),
                weights,
                log,
                ProgressOf(0, 0, "", null),
                cancellationToken
            );
            log = log with { Metrics = [before] };
        }

        while (step < _settings.Steps && !(log.GeneratedTokens >= context.Spec.TokenBudget))
        {
            step++;
            var stepStarted = context.Time.GetTimestamp();
            var sampled = await rolloutSource.SampleAsync(
                step,
                weights,
                log.Prompts,
                (share, tokens, waiting) =>
                    context.Report(ProgressOf(step - 1 + (0.5 * share), log.GeneratedTokens + tokens, waiting, null)),
                cancellationToken
            );
            var generated = log.GeneratedTokens + sampled.Groups.Sum(g => g.Rollouts.Sum(r => (long)r.TokenCount));
            var row = await UpdateAsync(host, reference, step, RateOf(step, generated), sampled.Groups, cancellationToken);
            var replaced = weights;
            weights = await host.PublishAsync(step, context.Scratch, cancellationToken);
            (row, log) = await _validation.MeasureAsync(row, weights, log, ProgressOf(step, generated, "", null), cancellationToken);
            log = log with
            {
                Metrics = [.. log.Metrics, row],
                Rollouts = [.. log.Rollouts, .. sampled.Artifacts],
                Prompts = log.Prompts + sampled.Groups.Count,
                GeneratedTokens = generated,
                TrainedTokens = log.TrainedTokens + (long)row.Values["trained_tokens"],
                WallSeconds = log.WallSeconds + context.Time.GetElapsedTime(stepStarted).TotalSeconds,
            };
            if (replaced.Tensors != context.Spec.InitialWeights.Tensors && replaced.Version != checkpointed)
            {
                await context.Artifacts.DeleteAsync(replaced.Tensors, cancellationToken);
            }

            if (step - checkpointed >= _settings.CheckpointEvery || step == _settings.Steps)
            {
                await host.CheckpointAsync(step, weights, log, cancellationToken);
                checkpointed = step;
            }

            await context.Report(ProgressOf(step, log.GeneratedTokens, "", row));
        }

        return await FinishAsync(host, step, log, cancellationToken);
    }

    private async Task CheckContractAsync(TrainerHost host, List<Question> questions, CancellationToken cancellationToken)
    {
        await context.Report(ProgressOf(0, 0, "the check of the numerical contract", null));
        var prompts = questions
            .Take(4)
            .Select(q => _prompts.SolvePrompt(q, PromptVariant.Original))
            .Select(p => context.Model.EncodePrompt(p.System, p.User))
            .ToArray();
        var checks = await host.RunAsync(
            t => NumericalContract.Measure(t.Weights, prompts, context.Model.StopTokens, context.Random.Child("contract")),
            cancellationToken
        );
        NumericalContract.Require(checks);
    }

    /// <summary>The rate of a step, by steps or by the share of the token budget that is spent with its rollouts.</summary>
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

    private StageProgress ProgressOf(double step, long generated, string waitingFor, MetricRow? row) =>
        context.Spec.TokenBudget is { } budget
            ? new(context.StageName, Math.Min(generated, budget), budget, "tokens", generated, waitingFor, row)
            : new(context.StageName, step, _settings.Steps, "steps", generated, waitingFor, row);

    private async Task<MetricRow> UpdateAsync(
        TrainerHost host,
        TrainerHost? reference,
        int step,
        double rate,
        IReadOnlyList<ReadGroup> groups,
        CancellationToken cancellationToken
    )
    {
        var started = context.Time.GetTimestamp();
        var rollouts = groups.SelectMany(g => g.Rollouts).ToList();
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
            var anchors = reference is null ? null : await reference.RunAsync(t => t.LogProbs(batch, temperature), cancellationToken);
            updates.Add(
                await host.RunAsync(
                    t => t.Policy(batch, _settings, temperature, part.Tokens, anchors, rate, optimizer, cancellationToken),
                    cancellationToken
                )
            );
            trained += batch.Sum(s => (long)s.Tokens.Length);
        }

        var traces = rollouts.Select(r => ResponseTrace.Parse(r.Response, r.Outcome == Outcome.Truncated)).ToArray();
        double Mean(Func<PolicyStep, double> value) => updates.Count == 0 ? 0 : updates.Average(value);
        var values = new Dictionary<string, double>(plan.Statistics.ToValues())
        {
            ["entropy"] = rollouts.Sum(r => r.MeanEntropy * r.TokenCount) / plan.Statistics.Tokens,
            ["loss"] = Mean(u => u.Loss),
            ["grad_norm"] = Mean(u => u.GradientNorm),
            ["lr"] = rate,
            ["kl"] = Mean(u => u.Kl),
            ["clip_ratio/low_mean"] = Mean(u => u.ClippedLow),
            ["clip_ratio/high_mean"] = Mean(u => u.ClippedHigh),
            ["clip_ratio/dual_mean"] = Mean(u => u.ClippedDual),
            ["sampling/logp_difference_max"] = updates.Count == 0 ? 0 : updates[0].MaxLogProbDifference,
            ["skills/attempts_mean"] = traces.Average(t => t.Attempts.Count()),
            ["skills/reflections_mean"] = traces.Average(t => t.Reflections.Count()),
            ["trained_tokens"] = trained,
            ["step_time"] = context.Time.GetElapsedTime(started).TotalSeconds,
        };
        if (GroupReader.ReadsBlocks(_settings))
        {
            GroupReader.AddShares(values, groups);
        }

        return new MetricRow(step, values);
    }

    private static TrainingSequence Sequence(Rollout rollout, GrpoSample sample)
    {
        if (rollout.PromptTokens is not { } prompt || rollout.Tokens is not { } tokens || rollout.LogProbs is not { } logProbs)
        {
            throw new UserErrorException(
                $"rollout {rollout.Id} came without its tokens; GRPO trains on the ids that were sampled and never re-renders text"
            );
        }

        return new TrainingSequence([.. prompt, .. tokens], [.. prompt.Select(_ => false), .. tokens.Select(_ => true)])
        {
            Advantage = (float)sample.Advantage,
            TokenAdvantages = sample.Credits.Count == 0 ? null : sample.TokenAdvantages(),
            OldLogProbs = logProbs,
        };
    }

    private async Task<StageResult> FinishAsync(TrainerHost host, int step, TrainingLog log, CancellationToken cancellationToken)
    {
        var weights = await host.PublishAsync(step, context.Artifacts, cancellationToken);
        var metrics = await context.Artifacts.PutLinesAsync(log.Metrics, cancellationToken);

        // One searchable artifact of all rollouts; the token ids have served.
        var rollouts = new List<Rollout>();
        foreach (var artifact in log.Rollouts)
        {
            await foreach (var rollout in context.Artifacts.ReadLinesAsync<Rollout>(artifact, cancellationToken))
            {
                rollouts.Add(rollout with { PromptTokens = null, Tokens = null, LogProbs = null });
            }
        }

        var merged = await context.Artifacts.PutLinesAsync(rollouts, cancellationToken);
        var outputs = new Dictionary<string, ArtifactRef>
        {
            ["weights"] = weights.Tensors,
            ["metrics"] = metrics,
            ["rollouts"] = merged,
        };
        var counts = new Dictionary<string, double>
        {
            ["steps"] = step,
            ["rollouts"] = rollouts.Count,
            [StageResult.TrainedTokens] = log.TrainedTokens,
            [StageResult.GeneratedTokens] = log.GeneratedTokens,
        };
        await _validation.FinishAsync(log, outputs, counts, cancellationToken);
        return new StageResult(context.StageKey, StageNames.Grpo, outputs, counts, log.WallSeconds);
    }
}
