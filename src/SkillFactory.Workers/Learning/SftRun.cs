using SkillFactory.Contracts.Experiments;
using SkillFactory.Core.Artifacts;
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

namespace SkillFactory.Workers.Learning;

/// <summary>
/// Supervised fine-tuning on silver traces: keyed shuffles, fixed batches, AdamW with warm-up and cosine, loss where the traces say. With a
/// gate it goes on, a further warm-up and cosine at a time, until on validation questions the verdict decides whether the model stops.
/// </summary>
internal sealed class SftRun(TrainingContext context)
{
    private readonly SftSettings _settings = context.Spec.Sft ?? throw new InvalidOperationException("an SFT stage without SFT settings");
    private readonly ValidationRun _validation = new(context);

    public async Task<StageResult> RunAsync(TrainingCheckpoint? from, CancellationToken cancellationToken)
    {
        var dataset = context.Spec.Dataset ?? throw new InvalidOperationException("an SFT stage without a dataset");
        var (sequences, left) = await SftSequences.ReadAsync(
            context.Artifacts.ReadLinesAsync<SilverTrace>(dataset, cancellationToken),
            context.Model.Template,
            context.Model.Tokenizer,
            _settings,
            context.Random.Child("rows"),
            cancellationToken
        );
        await using var host = new TrainerHost(context, _settings.Packing);
        await host.LoadAsync(from, cancellationToken);
        var log = await host.ReadLogAsync(from, cancellationToken);
        var started = context.Time.GetTimestamp();
        var earlier = log.WallSeconds;
        var rows = log.Metrics.ToList();
        var (step, trained, generated) = (from?.Step ?? 0, log.TrainedTokens, log.GeneratedTokens);
        var (extensions, gate) = (log.Extensions, log.Gate);
        var optimizer = new AdamWSettings(_settings.Beta1, _settings.Beta2, _settings.WeightDecay, _settings.ClipNorm);
        var perEpoch = (sequences.Count + _settings.BatchSize - 1) / _settings.BatchSize;
        if (step == 0 && _validation.IsDue(0))
        {
            (var before, log) = await _validation.MeasureAsync(
                new MetricRow(0, new Dictionary<string, double>()),
                context.Spec.InitialWeights,
                log,
                ProgressOf(0, Phase(0, perEpoch).Last, null),
                cancellationToken
            );
            rows.Add(before);
        }

        while (true)
        {
            var (first, last) = Phase(extensions, perEpoch);
            while (step < last)
            {
                step++;
                var batch = Batch(sequences, step - 1, perEpoch);
                var rate = LearningRate.Cosine(
                    step - first,
                    last - first,
                    _settings.LearningRate,
                    _settings.WarmupSteps,
                    _settings.FinalLearningRateShare
                );
                var stepStarted = context.Time.GetTimestamp();
                var done = await host.RunAsync(t => t.Supervised(batch, rate, optimizer, cancellationToken), cancellationToken);
                trained += done.Tokens;
                var row = new MetricRow(
                    step,
                    new Dictionary<string, double>
                    {
                        ["loss"] = done.Loss,
                        ["lr"] = rate,
                        ["grad_norm"] = done.GradientNorm,
                        ["tokens"] = done.Tokens,
                        ["step_time"] = context.Time.GetElapsedTime(stepStarted).TotalSeconds,
                    }
                );
                if (_validation.IsDue(step))
                {
                    var published = await host.PublishAsync(step, context.Scratch, cancellationToken);
                    (row, log) = await _validation.MeasureAsync(row, published, log, ProgressOf(step, last, null), cancellationToken);
                }

                rows.Add(row);
                await context.Report(ProgressOf(step, last, row));

                // An evaluated step is kept: its weights are published already, and what they answered is not asked again.
                if (step % _settings.CheckpointEvery == 0 || step == last || _validation.IsDue(step))
                {
                    await CheckpointAsync();
                }
            }

            if (_settings.Gate is null || context.Spec.Questions is null || GateChecked(gate, step))
            {
                break;
            }

            (gate, var tokens) = await CheckGateAsync(
                host,
                step,
                waiting => context.Report(ProgressOf(step, step, null) with { Waiting = waiting }),
                cancellationToken
            );
            generated += tokens;
            if (gate["gate/held"] == 0 && extensions < _settings.Gate.MaxExtensions)
            {
                extensions++;
            }

            await CheckpointAsync();
            if (Phase(extensions, perEpoch).Last == step)
            {
                break;
            }
        }

        var weights = await host.PublishAsync(step, context.Artifacts, cancellationToken);
        var metrics = await context.Artifacts.PutLinesAsync(rows, cancellationToken);
        var counts = new Dictionary<string, double>(gate)
        {
            ["steps"] = step,
            ["sequences"] = sequences.Count,
            ["gate/extensions"] = extensions,
            [StageResult.TrainedTokens] = trained,
            [StageResult.GeneratedTokens] = generated,
        };
        counts.Remove(GateStep);
        foreach (var (name, count) in left)
        {
            counts[name] = count;
        }

        var outputs = new Dictionary<string, ArtifactRef> { ["weights"] = weights.Tensors, ["metrics"] = metrics };
        await _validation.FinishAsync(log, outputs, counts, cancellationToken);
        return new StageResult(
            context.StageKey,
            StageNames.Sft,
            outputs,
            counts,
            earlier + context.Time.GetElapsedTime(started).TotalSeconds
        );

        StageProgress ProgressOf(int done, int of, MetricRow? row) => new(context.StageName, done, of, "steps", trained, "", row);

        async Task CheckpointAsync()
        {
            var published = await host.PublishAsync(step, context.Scratch, cancellationToken);
            log = log with
            {
                Metrics = rows,
                TrainedTokens = trained,
                GeneratedTokens = generated,
                Extensions = extensions,
                Gate = gate,
                WallSeconds = earlier + context.Time.GetElapsedTime(started).TotalSeconds,
            };
            await host.CheckpointAsync(step, published, log, cancellationToken);
        }
    }

    private const string GateStep = "gate/step";

    private static bool GateChecked(IReadOnlyDictionary<string, double> gate, int step) =>
        gate.TryGetValue(GateStep, out var at) && (int)at == step;

    /// <summary>Steps (after First, up to Last) of the schedule in force after so many extensions.</summary>
    private (int First, int Last) Phase(int extensions, int perEpoch)
    {
        var main = Math.Max(1, (int)Math.Round(_settings.Epochs * perEpoch));
        if (extensions == 0)
        {
            return (0, main);
        }

        var extra = Math.Max(1, (int)Math.Round(_settings.Gate!.ExtraEpochs * perEpoch));
        return (main + ((extensions - 1) * extra), main + (extensions * extra));
    }

    /// <summary>The batch of a 0-based step: each epoch is a keyed shuffle of its own.</summary>
    private List<TrainingSequence> Batch(List<TrainingSequence> sequences, int index, int perEpoch)
    {
        var order = Enumerable.Range(0, sequences.Count).ToArray();
        context.Random.Child("epoch").Child(index / perEpoch).Stream().Shuffle(order);
        return [.. order.Skip(index % perEpoch * _settings.BatchSize).Take(_settings.BatchSize).Select(i => sequences[i])];
    }

    private async Task<(IReadOnlyDictionary<string, double> Gate, long Tokens)> CheckGateAsync(
        TrainerHost host,
        int step,
        Func<string, Task> tellWaiting,
        CancellationToken cancellationToken
    )
    {
        const string Checking = "the check that the verdict decides what follows";
        await tellWaiting(Checking);
        var settings = _settings.Gate!;
        var questions = await context.Artifacts.ReadAllAsync<Question>(context.Spec.Questions!, cancellationToken);
        var prompts = PromptSet.Get(context.Spec.Prompts);
        var weights = await host.PublishAsync(step, context.Scratch, cancellationToken);
        var items = questions
            .Take(settings.Questions)
            .Select(q =>
            {
                var (system, user) = prompts.SolvePrompt(q, PromptVariant.Original);
                return new PromptItem(q.Id, q, PromptVariant.Original, system, user, Samples: 1);
            })
            .ToArray();
        var specs = items
            .Chunk(64)
            .Select(
                (chunk, i) =>
                    new BatchSpec(
                        $"{context.StageKey}/gate{step}/{i}",
                        context.Random.Child("gate").Child(step).Key,
                        context.Spec.Model,
                        weights,
                        context.Spec.GateDecoding ?? new Decoding(),
                        GradeAs.Answer,
                        chunk
                    )
            )
            .ToArray();
        var outcomes = await context.Dispatcher.RunAsync(
            context.Spec.ExperimentId,
            context.PoolKey,
            context.StageKey,
            $"gate{step}",
            specs,
            p => tellWaiting(p.Waiting.Length > 0 ? p.Waiting : Checking),
            cancellationToken
        );
        var rollouts = new List<Rollout>();
        foreach (var outcome in outcomes)
        {
            rollouts.AddRange(await context.Dispatcher.ReadAsync(outcome, cancellationToken));
        }

        var check = GateCheck.Compute(rollouts);
        var values = new Dictionary<string, double>
        {
            [GateStep] = step,
            ["gate/held"] = check.Holds(settings) ? 1 : 0,
            ["gate/stop_after_correct"] = check.StopAfterCorrect.Value ?? double.NaN,
            ["gate/stop_after_correct_count"] = check.StopAfterCorrect.Count,
            ["gate/stop_after_incorrect"] = check.StopAfterIncorrect.Value ?? double.NaN,
            ["gate/stop_after_incorrect_count"] = check.StopAfterIncorrect.Count,
            ["gate/well_formed"] = check.WellFormed.Value ?? double.NaN,
            ["gate/well_formed_count"] = check.WellFormed.Count,
            ["gate/accuracy"] = rollouts.Average(r => r.Outcome == Outcome.Correct ? 1.0 : 0),
        };
        return (values, outcomes.Sum(o => o.GeneratedTokens));
    }
}
