using System.Diagnostics;
using SkillFactory.Contracts.Batches;
using SkillFactory.Contracts.Experiments;
using SkillFactory.Core.Artifacts;
using SkillFactory.Core.Planning;
using SkillFactory.Core.Randomness;
using SkillFactory.Core.Sampling;
using SkillFactory.Dispatch.Batches;
using SkillFactory.Grading;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Grains.Stages;

/// <summary>Runs the prompts of a stage in batches on the pool and joins the rollouts in the order added.</summary>
/// <param name="part">Distinguishes the parts of a stage that runs prompts more than once; empty otherwise.</param>
/// <param name="model">The model that answers, without its weights; null for the experiment's.</param>
internal sealed class PromptRun(StageContext stage, KeyedRandom random, GradeAs gradeAs, string part = "", ModelRef? model = null)
{
    private readonly PromptBatches _batches = new(
        stage.Dispatcher,
        new BatchSet(stage.ExperimentId, stage.PoolKey, stage.Key, part),
        random,
        model ?? stage.Model.Files,
        gradeAs
    );

    /// <summary>Where the joined rollouts go: the store, or the stage's scratch when they are only a part of its result.</summary>
    public IArtifactStore Into { get; init; } = stage.Artifacts;

    /// <summary>Adds prompts. They share no batch with prompts of other calls.</summary>
    public PromptRun Add(IEnumerable<PromptItem> items, int promptsPerBatch, Decoding decoding, WeightsRef weights)
    {
        _batches.Add(items, promptsPerBatch, decoding, weights);
        return this;
    }

    /// <summary>Returns when all prompts are answered.</summary>
    /// <exception cref="FailureException">A batch failed.</exception>
    public async Task<PromptRunResult> RunAsync(CancellationToken cancellationToken)
    {
        var outcomes = await _batches.RunAsync(ReportAsync, cancellationToken);
        return await OffScheduler.RunAsync(() => JoinAsync(outcomes, cancellationToken));
    }

    private Task ReportAsync(BatchProgress progress)
    {
        stage.Report(
            new StageProgress(
                stage.Node.Name,
                _batches.PromptsIn(progress.Done),
                _batches.PromptsIn(_batches.Count),
                part.Length == 0 ? "prompts" : $"prompts ({part})",
                progress.GeneratedTokens,
                progress.Waiting,
                null
            )
        );
        return Task.CompletedTask;
    }

    private async Task<PromptRunResult> JoinAsync(IReadOnlyList<BatchOutcome> outcomes, CancellationToken cancellationToken)
    {
        var counts = Enum.GetValues<Outcome>().ToDictionary(o => o, _ => 0L);
        var verdicts = 0L;
        var artifact = await Into.PutLinesAsync(All().ToBlockingEnumerable(cancellationToken), cancellationToken);
        Debug.Assert(counts.Values.Sum() == outcomes.Sum(o => o.RolloutCount), "batches count their own rollouts");
        var figures = new Dictionary<string, double>
        {
            ["prompts"] = _batches.PromptsIn(_batches.Count),
            ["batches"] = _batches.Count,
            ["rollouts"] = counts.Values.Sum(),
            [StageResult.GeneratedTokens] = outcomes.Sum(o => o.GeneratedTokens),
            ["prompt_tokens"] = outcomes.Sum(o => o.PromptTokens),
            ["device_seconds"] = outcomes.Sum(o => o.DeviceSeconds),
        };
        if (gradeAs == GradeAs.Verdict)
        {
            figures["verdicts"] = verdicts;
        }
        else
        {
            foreach (var (outcome, count) in counts)
            {
                figures[outcome.ToString().ToLowerInvariant()] = count;
            }
        }

        return new PromptRunResult(artifact, figures);

        async IAsyncEnumerable<Rollout> All()
        {
            await foreach (var rollout in stage.Artifacts.ReadRolloutsAsync(outcomes, cancellationToken))
            {
                counts[rollout.Outcome]++;
                verdicts += rollout.Verdict is null ? 0 : 1;
                yield return rollout;
            }
        }
    }
}

/// <param name="Rollouts">JSON lines, gzip, in the order added.</param>
/// <param name="Counts">Prompts, batches, rollouts, outcomes (or verdicts), tokens, device seconds.</param>
internal sealed record PromptRunResult(ArtifactRef Rollouts, Dictionary<string, double> Counts);
