using SkillFactory.Contracts.Experiments;
using SkillFactory.Core.Artifacts;
using SkillFactory.Core.Metrics;
using SkillFactory.Core.Planning;
using SkillFactory.Core.Sampling;
using SkillFactory.Core.Tasks;
using SkillFactory.Dispatch.Batches;
using SkillFactory.Evaluation.Summaries;

namespace SkillFactory.Workers.TrainingLoops;

/// <summary>
/// Evaluations during training: before the first step and at a fixed interval, the weights of that step answer the same validation
/// questions through ordinary prompt batches.
/// </summary>
internal sealed class ValidationRun(TrainingContext context)
{
    private readonly QuestionBatches _batches = new(context);

    public bool IsDue(int step) => context.Spec.Validation is { } validation && step % validation.Every == 0;

    /// <summary>Adds the validation of a step to its row and to the log. Returns the log unchanged when none is due.</summary>
    /// <param name="step">0 before the first step: it has no row yet and gets one.</param>
    /// <param name="progress">Reported while the questions are answered.</param>
    public async Task<TrainingLog> MeasureAsync(
        int step,
        TrainingLog log,
        StageProgress progress,
        TrainingFiles files,
        CancellationToken cancellationToken
    )
    {
        if (!IsDue(step))
        {
            return log;
        }

        var validation = context.Spec.Validation!;
        var steps = validation.Every == 1 ? "step" : $"{validation.Every} steps";
        var waitingFor = $"validation questions, asked at the start and every {steps}";
        await context.Report(progress with { Waiting = waitingFor });
        var questions = await TrainingContext.OffSchedulerAsync(() =>
            context.Artifacts.ReadAllAsync<Question>(validation.Questions, cancellationToken)
        );
        var answers = await _batches.AnswerAsync(
            $"validation{step}",
            $"validation{step}/",
            context.Random.Child("validation"),
            await files.PublishAsync(step, cancellationToken),
            validation.Decoding,
            questions,
            waiting => context.Report(progress with { Waiting = waiting.Length > 0 ? waiting : waitingFor }),
            cancellationToken
        );
        var row = step == 0 ? new MetricRow(0, new Dictionary<string, double>()) : log.Metrics[^1];
        var figures = ValidationFigures.Of(answers.Rollouts);
        return log with
        {
            Metrics = [.. log.Metrics.Where(r => r.Step != step), row with { Values = row.Values.Concat(figures).ToDictionary() }],
            Validation = [.. log.Validation, .. answers.Outcomes.Select(o => o.Rollouts)],
            ValidationTokens = log.ValidationTokens + answers.GeneratedTokens,
        };
    }

    /// <summary>Adds the questions and all answers, as one artifact, to the outputs and their tokens to the counts. Adds nothing without
    /// validation.</summary>
    public async Task FinishAsync(
        TrainingLog log,
        Dictionary<string, ArtifactRef> outputs,
        Dictionary<string, double> counts,
        CancellationToken cancellationToken
    )
    {
        if (log.Validation.Count == 0)
        {
            return;
        }

        outputs[StageOutputs.Validation] = await TrainingContext.OffSchedulerAsync(async () =>
        {
            var rollouts = new List<Rollout>();
            foreach (var artifact in log.Validation)
            {
                rollouts.AddRange(await context.Artifacts.ReadAllAsync<Rollout>(artifact, cancellationToken));
            }

            return await context.Artifacts.PutLinesAsync(rollouts, cancellationToken);
        });
        outputs[StageOutputs.ValidationQuestions] = context.Spec.Validation!.Questions;
        counts[StageResult.ValidationTokens] = log.ValidationTokens;
    }
}
