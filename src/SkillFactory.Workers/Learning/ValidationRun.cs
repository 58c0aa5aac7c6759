using SkillFactory.Contracts.Experiments;
using SkillFactory.Core.Artifacts;
using SkillFactory.Core.Metrics;
using SkillFactory.Core.Planning;
using SkillFactory.Core.Prompts;
using SkillFactory.Core.Sampling;
using SkillFactory.Core.Tasks;
using SkillFactory.Dispatch.Batches;
using SkillFactory.Evaluation.Summaries;

namespace SkillFactory.Workers.Learning;

/// <summary>
/// Evaluations during training: before the first step and every so many steps, validation questions are answered by the weights of that
/// step, through the ordinary prompt batches. Questions and randomness are the same each time, so that a curve shows the weights and not the
/// draw. Repeated after a crash, an evaluation finds its batches done; what it found is part of the checkpoint that follows it.
/// </summary>
internal sealed class ValidationRun(TrainingContext context)
{
    private const int PromptsPerBatch = 64;

    public bool IsDue(int step) => context.Spec.Validation is { } validation && step % validation.Every == 0;

    /// <summary>The step's row and the log with what the step's weights answered; both as they are when no evaluation is due.</summary>
    /// <param name="weights">Version of the row's step.</param>
    /// <param name="progress">Said while it lasts.</param>
    public async Task<(MetricRow Row, TrainingLog Log)> MeasureAsync(
        MetricRow row,
        WeightsRef weights,
        TrainingLog log,
        StageProgress progress,
        CancellationToken cancellationToken
    )
    {
        if (!IsDue(row.Step))
        {
            return (row, log);
        }

        await context.Report(progress with { Waiting = "validation questions" });
        var validation = context.Spec.Validation!;
        var prompts = PromptSet.Get(context.Spec.Prompts);
        var questions = await context.Artifacts.ReadAllAsync<Question>(validation.Questions, cancellationToken);
        var items = questions.Select(q =>
        {
            var (system, user) = prompts.SolvePrompt(q, PromptVariant.Original);
            return new PromptItem($"validation{row.Step}/{q.Id}", q, PromptVariant.Original, system, user, Samples: 1);
        });
        var batches = new PromptBatches(
            context.Dispatcher,
            new BatchSet(context.Spec.ExperimentId, context.PoolKey, context.StageKey, $"validation{row.Step}"),
            context.Random.Child("validation"),
            context.Spec.Model,
            GradeAs.Answer
        ).Add(items, PromptsPerBatch, validation.Decoding, weights);
        var outcomes = await batches.RunAsync(
            p => p.Waiting.Length > 0 ? context.Report(progress with { Waiting = p.Waiting }) : Task.CompletedTask,
            cancellationToken
        );
        var rollouts = await batches.ReadAsync(outcomes, cancellationToken).ToListAsync(cancellationToken);
        return (
            row with
            {
                Values = row.Values.Concat(ValidationFigures.Of(rollouts)).ToDictionary(),
            },
            log with
            {
                Validation = [.. log.Validation, .. outcomes.Select(o => o.Rollouts)],
                ValidationTokens = log.ValidationTokens + outcomes.Sum(o => o.GeneratedTokens),
            }
        );
    }

    /// <summary>Adds the answers, as one artifact, and their cost to what the stage leaves; nothing when nothing was asked.</summary>
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

        var rollouts = new List<Rollout>();
        foreach (var artifact in log.Validation)
        {
            rollouts.AddRange(await context.Artifacts.ReadAllAsync<Rollout>(artifact, cancellationToken));
        }

        outputs[StageOutputs.Validation] = await context.Artifacts.PutLinesAsync(rollouts, cancellationToken);
        counts[StageResult.ValidationTokens] = log.ValidationTokens;
    }
}
