using SkillFactory.Core.Advantages;
using SkillFactory.Core.Metrics;
using SkillFactory.Core.Recipes;
using SkillFactory.Core.Sampling;
using SkillFactory.Engine.Training;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Workers.TrainingLoops;

/// <summary>The updates of one GRPO step on its rollouts: log-probabilities that must exist before them, the plan, the optimiser steps and
/// their figures.</summary>
/// <param name="trainer">The weights to train.</param>
/// <param name="reference">The reference policy; null without a KL penalty.</param>
internal sealed class GrpoUpdates(TrainingContext context, GrpoSettings settings, TrainerHost trainer, ReferencePolicy? reference)
{
    private readonly AdamWSettings _optimizer = new(settings.Beta1, settings.Beta2, settings.WeightDecay, settings.ClipNorm);
    private readonly ReferencePolicy? _inLoss = settings.KlIn == RecipeValues.KlInLoss ? reference : null;
    private readonly ReferencePolicy? _inReward = settings.KlIn == RecipeValues.KlInReward ? reference : null;

    /// <returns>The values of the step's metrics, and the number of tokens in its updates, prompts included.</returns>
    public async Task<(Dictionary<string, double> Values, long TrainedTokens)> RunAsync(
        IReadOnlyList<ReadGroup> groups,
        double rate,
        CancellationToken cancellationToken
    )
    {
        var started = context.Time.GetTimestamp();
        var values = new Dictionary<string, double>();
        var rollouts = TrainedRollouts(groups);
        var old = settings.ImportanceLimit is null ? null : await LogProbsAsync(trainer, rollouts, cancellationToken);
        if (old is not null && rollouts.Count > 0)
        {
            AddImportance(values, rollouts, old);
        }

        var scored = _inReward is null ? groups.Select(g => g.Scored) : await PenaliseAsync(values, groups, old, cancellationToken);
        var plan = GrpoStepPlan.Of([.. scored], settings);
        var updates = new List<PolicyStep>();
        long trained = 0;
        foreach (var part in plan.MiniBatches)
        {
            var batch = part.Samples.Select(s => Sequence(groups[s.Group].Rollouts[s.Sample], s, old)).ToArray();
            var anchors = _inLoss is null ? null : await _inLoss.LogProbsAsync(batch, Temperature, cancellationToken);
            updates.Add(
                await trainer.UpdateAsync(
                    t => t.Policy(batch, settings, Temperature, part.Denominator, anchors, rate, _optimizer, cancellationToken),
                    cancellationToken
                )
            );
            trained += batch.Sum(s => (long)s.Tokens.Length);
        }

        Add(values, plan, updates);
        values[MetricNames.LearningRate] = rate;
        values[MetricNames.TrainedTokens] = trained;
        context.AddSpeed(values, started, trained);
        return (values, trained);
    }

    private double Temperature => settings.Decoding.Temperature;

    /// <summary>The responses of the groups that the step trains on. Responses without loss are among them, because their KL counts in the
    /// advantages of their group.</summary>
    private List<Rollout> TrainedRollouts(IReadOnlyList<ReadGroup> groups) =>
        [.. GrpoStepPlan.Trained([.. groups.Select(g => g.Scored)], settings).SelectMany(g => groups[g].Rollouts)];

    /// <summary>Takes the KL to the reference policy off the rewards of the groups that the step trains on.</summary>
    private async Task<IEnumerable<ScoredGroup>> PenaliseAsync(
        Dictionary<string, double> values,
        IReadOnlyList<ReadGroup> groups,
        Dictionary<string, float[]>? old,
        CancellationToken cancellationToken
    )
    {
        var rollouts = TrainedRollouts(groups);
        var anchors = await LogProbsAsync(_inReward!, rollouts, cancellationToken);
        var kl = rollouts.ToDictionary(
            r => r.Id,
            r => (old is null ? Sampled(r) : old[r.Id]).Zip(anchors[r.Id], (p, q) => KlEstimate.Of(settings.KlEstimator, p, q)).Sum(),
            StringComparer.Ordinal
        );
        values[MetricNames.Kl] = rollouts.Count == 0 ? 0 : kl.Values.Sum() / rollouts.Sum(r => (long)r.TokenCount);
        return groups.Select(g =>
            kl.ContainsKey(g.Rollouts[0].Id)
                ? g.Scored with
                {
                    KlPenalties = [.. g.Rollouts.Select(r => settings.KlCoefficient * kl[r.Id])],
                }
                : g.Scored
        );
    }

    /// <summary>Log-probabilities of responses under a policy, by rollout id.</summary>
    private async Task<Dictionary<string, float[]>> LogProbsAsync(
        IPolicy policy,
        List<Rollout> rollouts,
        CancellationToken cancellationToken
    )
    {
        var sequences = rollouts.Select(Sequence).ToArray();
        var values = await policy.LogProbsAsync(sequences, Temperature, cancellationToken);
        return rollouts.Zip(values).ToDictionary(p => p.First.Id, p => p.Second, StringComparer.Ordinal);
    }

    private void AddImportance(Dictionary<string, double> values, List<Rollout> rollouts, Dictionary<string, float[]> old)
    {
        var differences = rollouts.SelectMany(r => old[r.Id].Zip(Sampled(r), (t, s) => Math.Abs((double)t - s))).ToList();
        values[MetricNames.MeanLogProbDifference] = differences.Average();
        values[MetricNames.MaxLogProbDifference] = differences.Max();
        var weights = rollouts.SelectMany(r => Weights(r, old[r.Id])).ToList();
        values[MetricNames.MeanImportanceWeight] = weights.Average(w => (double)w);
        values[MetricNames.MaxImportanceWeight] = weights.Max();
        values[MetricNames.LimitedImportanceWeights] = weights.Average(w => w >= (float)settings.ImportanceLimit! ? 1.0 : 0);
    }

    private static void Add(Dictionary<string, double> values, GrpoStepPlan plan, List<PolicyStep> updates)
    {
        double Mean(Func<PolicyStep, double> value) => updates.Count == 0 ? 0 : updates.Average(value);
        foreach (var (name, value) in plan.Statistics.ToValues())
        {
            values[name] = value;
        }

        values[MetricNames.Loss] = Mean(u => u.Loss);
        values[MetricNames.GradientNorm] = Mean(u => u.GradientNorm);
        values[MetricNames.OldPolicyKl] = Mean(u => u.OldPolicyKl);
        values[MetricNames.ClippedLow] = Mean(u => u.ClippedLow);
        values[MetricNames.ClippedHigh] = Mean(u => u.ClippedHigh);
        values[MetricNames.ClippedDual] = Mean(u => u.ClippedDual);
        values.TryAdd(MetricNames.Kl, Mean(u => u.Kl));
        if (updates.Count > 0)
        {
            values.TryAdd(MetricNames.MeanLogProbDifference, updates[0].LogProbDifference);
            values.TryAdd(MetricNames.MaxLogProbDifference, updates[0].MaxLogProbDifference);
        }
    }

    private TrainingSequence Sequence(Rollout rollout, GrpoSample sample, Dictionary<string, float[]>? old)
    {
        var plain = Sequence(rollout);
        return new TrainingSequence(plain.Tokens, plain.Loss)
        {
            Advantage = (float)sample.Advantage,
            TokenAdvantages = sample.Credits.Count == 0 ? null : sample.TokenAdvantages(),
            OldLogProbs = old is null ? Sampled(rollout) : old[rollout.Id],
            ImportanceWeights = old is null ? null : Weights(rollout, old[rollout.Id]),
        };
    }

    private float[] Weights(Rollout rollout, float[] old) => ImportanceWeights.Of(old, Sampled(rollout), settings.ImportanceLimit!.Value);

    private static TrainingSequence Sequence(Rollout rollout) =>
        rollout is { PromptTokens: { } prompt, Tokens: { } tokens }
            ? new TrainingSequence([.. prompt, .. tokens], [.. prompt.Select(_ => false), .. tokens.Select(_ => true)])
            : throw WithoutTokens(rollout);

    private static float[] Sampled(Rollout rollout) => rollout.LogProbs ?? throw WithoutTokens(rollout);

    private static UserErrorException WithoutTokens(Rollout rollout) =>
        new($"rollout {rollout.Id} has no token ids; GRPO trains on the sampled ids and never encodes the text again");
}
