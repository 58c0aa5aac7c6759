using SkillFactory.Contracts.Experiments;
using SkillFactory.Core.Artifacts;
using SkillFactory.Core.Metrics;
using SkillFactory.Core.Planning;
using SkillFactory.Core.Recipes;
using SkillFactory.Core.Sampling;
using SkillFactory.Core.Tasks;
using SkillFactory.Core.Traces;
using SkillFactory.Engine.Training;
using SkillFactory.Evaluation.Summaries;
using SkillFactory.Grading;

namespace SkillFactory.Workers.TrainingLoops;

/// <summary>
/// Supervised fine-tuning on silver traces: keyed shuffles, fixed batches, AdamW with warm-up and cosine decay, loss on the tokens that the
/// traces mark. With a gate, training is extended by a further warm-up and cosine until, on validation questions, the verdict decides
/// whether the model stops.
/// </summary>
internal sealed class SftMethod(TrainingContext context) : ITrainingMethod
{
    /// <summary>Step of the last gate check: part of the stored gate figures, not of the stage's counts.</summary>
    private const string GateStep = "gate/step";

    private readonly SftSettings _settings = context.Spec.Sft ?? throw new InvalidOperationException("an SFT stage without SFT settings");
    private readonly QuestionBatches _batches = new(context);
    private List<TrainingSequence> _sequences = [];
    private IReadOnlyDictionary<string, double> _sequenceCounts = new Dictionary<string, double>();

    public string StageKind => StageNames.Sft;

    public bool Packing => _settings.Packing;

    public int CheckpointEvery => _settings.CheckpointEvery;

    private int StepsPerEpoch => (_sequences.Count + _settings.BatchSize - 1) / _settings.BatchSize;

    public async Task StartAsync(TrainerHost trainer, CancellationToken cancellationToken)
    {
        var dataset = context.Spec.Dataset ?? throw new InvalidOperationException("an SFT stage without a dataset");
        (_sequences, _sequenceCounts) = await TrainingContext.OffSchedulerAsync(() =>
            SftSequences.ReadAsync(
                context.Artifacts.ReadLinesAsync<SilverTrace>(dataset, cancellationToken),
                context.Model.Template,
                context.Model.Tokenizer,
                _settings,
                context.Random.Child("rows"),
                cancellationToken
            )
        );
    }

    public bool HasNext(int step, TrainingLog log) => step < Schedule(log.Extensions).Last;

    public async Task<TrainingLog> StepAsync(
        int step,
        TrainingLog log,
        TrainerHost trainer,
        TrainingFiles files,
        CancellationToken cancellationToken
    )
    {
        var (first, last) = Schedule(log.Extensions);
        var batch = Batch(step - 1);
        var rate = LearningRate.Cosine(
            step - first,
            last - first,
            _settings.LearningRate,
            _settings.WarmupSteps,
            _settings.FinalLearningRateShare
        );
        var optimizer = new AdamWSettings(_settings.Beta1, _settings.Beta2, _settings.WeightDecay, _settings.ClipNorm);
        var started = context.Time.GetTimestamp();
        var done = await trainer.UpdateAsync(t => t.Supervised(batch, rate, optimizer, cancellationToken), cancellationToken);
        var values = new Dictionary<string, double>
        {
            [MetricNames.Loss] = done.Loss,
            [MetricNames.LearningRate] = rate,
            [MetricNames.GradientNorm] = done.GradientNorm,
            [MetricNames.Tokens] = done.Tokens,
        };
        context.AddSpeed(values, started, done.Tokens);
        return log with { Metrics = [.. log.Metrics, new MetricRow(step, values)], TrainedTokens = log.TrainedTokens + done.Tokens };
    }

    /// <summary>Checks the gate, once per step, and extends the schedule when it fails.</summary>
    public async Task<TrainingLog?> ReviewAsync(int step, TrainingLog log, TrainingFiles files, CancellationToken cancellationToken)
    {
        var isChecked = log.Gate.TryGetValue(GateStep, out var at) && (int)at == step;
        if (_settings.Gate is not { } settings || context.Spec.Questions is not { } questions || isChecked)
        {
            return null;
        }

        const string Waiting = "the gate: the verdict must decide whether the model stops";
        var progress = Progress(step, log);
        await context.Report(progress with { Waiting = Waiting });
        var all = await TrainingContext.OffSchedulerAsync(() => context.Artifacts.ReadAllAsync<Question>(questions, cancellationToken));
        var answers = await _batches.AnswerAsync(
            $"gate{step}",
            "",
            context.Random.Child("gate").Child(step),
            await files.PublishAsync(step, cancellationToken),
            context.Spec.GateDecoding ?? new Decoding(),
            all.Take(settings.Questions),
            waiting => context.Report(progress with { Waiting = waiting.Length > 0 ? waiting : Waiting }),
            cancellationToken
        );
        var check = GateCheck.Compute(answers.Rollouts);
        var held = check.Holds(settings);
        return log with
        {
            GeneratedTokens = log.GeneratedTokens + answers.GeneratedTokens,
            Extensions = held || log.Extensions == settings.MaxExtensions ? log.Extensions : log.Extensions + 1,
            Gate = new Dictionary<string, double>
            {
                [GateStep] = step,
                [CountNames.GateHeld] = held ? 1 : 0,
                [CountNames.GateStopAfterCorrect] = check.StopAfterCorrect.Value ?? double.NaN,
                [CountNames.CasesOf(CountNames.GateStopAfterCorrect)] = check.StopAfterCorrect.Count,
                [CountNames.GateStopAfterIncorrect] = check.StopAfterIncorrect.Value ?? double.NaN,
                [CountNames.CasesOf(CountNames.GateStopAfterIncorrect)] = check.StopAfterIncorrect.Count,
                [CountNames.GateWellFormed] = check.WellFormed.Value ?? double.NaN,
                [CountNames.CasesOf(CountNames.GateWellFormed)] = check.WellFormed.Count,
                [CountNames.GateAccuracy] = answers.Rollouts.Average(r => r.Outcome == Outcome.Correct ? 1.0 : 0),
            },
        };
    }

    public StageProgress Progress(int step, TrainingLog log) =>
        new(context.StageName, step, Schedule(log.Extensions).Last, "steps", log.TrainedTokens, "", null);

    public Task<Dictionary<string, double>> FinishAsync(
        int step,
        TrainingLog log,
        Dictionary<string, ArtifactRef> outputs,
        CancellationToken cancellationToken
    )
    {
        var counts = new Dictionary<string, double>(log.Gate)
        {
            [CountNames.Steps] = step,
            [CountNames.Sequences] = _sequences.Count,
            [CountNames.GateExtensions] = log.Extensions,
            [StageResult.TrainedTokens] = log.TrainedTokens,
            [StageResult.GeneratedTokens] = log.GeneratedTokens,
        };
        counts.Remove(GateStep);
        foreach (var (name, count) in _sequenceCounts)
        {
            counts[name] = count;
        }

        return Task.FromResult(counts);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>The current part of the schedule: steps after First, up to Last.</summary>
    private (int First, int Last) Schedule(int extensions)
    {
        var main = Math.Max(1, (int)Math.Round(_settings.Epochs * StepsPerEpoch));
        if (extensions == 0)
        {
            return (0, main);
        }

        var extra = Math.Max(1, (int)Math.Round(_settings.Gate!.ExtraEpochs * StepsPerEpoch));
        return (main + ((extensions - 1) * extra), main + (extensions * extra));
    }

    /// <summary>The batch of a 0-based step. Each epoch has its own keyed shuffle.</summary>
    private List<TrainingSequence> Batch(int index)
    {
        var order = Enumerable.Range(0, _sequences.Count).ToArray();
        context.Random.Child("epoch").Child(index / StepsPerEpoch).Stream().Shuffle(order);
        return [.. order.Skip(index % StepsPerEpoch * _settings.BatchSize).Take(_settings.BatchSize).Select(i => _sequences[i])];
    }
}
