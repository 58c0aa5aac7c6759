using System.Diagnostics;
using SkillFactory.Contracts.Batches;
using SkillFactory.Contracts.Experiments;
using SkillFactory.Core.Artifacts;
using SkillFactory.Core.Planning;
using SkillFactory.Core.Randomness;
using SkillFactory.Core.Sampling;
using SkillFactory.Dispatch.Batches;
using SkillFactory.Grading;

namespace SkillFactory.Grains.Stages;

/// <summary>Has prompts answered: plans batches, lets the pool run them, and joins their results in the order planned.</summary>
/// <param name="part">Tells the parts of a stage that runs prompts more than once apart; empty otherwise.</param>
internal sealed class PromptRun(StageContext stage, KeyedRandom random, GradeAs gradeAs, string part = "")
{
    private readonly List<BatchSpec> _specs = [];

    /// <summary>What answers besides its weights; the experiment's model if nothing else is said.</summary>
    public ModelRef Model { get; init; } = stage.Model.Files;

    /// <summary>Where the joined responses go: the store, or the stage's scratch when they are only a part of its result.</summary>
    public IArtifactStore Into { get; init; } = stage.Artifacts;

    /// <summary>Adds prompts in batches of their own.</summary>
    public PromptRun Add(IEnumerable<PromptItem> items, int promptsPerBatch, Decoding decoding, WeightsRef weights)
    {
        foreach (var chunk in items.Chunk(promptsPerBatch))
        {
            var key = part.Length == 0 ? $"{stage.Key}/{_specs.Count}" : $"{stage.Key}/{part}/{_specs.Count}";
            _specs.Add(new BatchSpec(key, random.Key, Model, weights, decoding, gradeAs, chunk));
        }

        return this;
    }

    /// <summary>Returns when all are answered.</summary>
    /// <exception cref="BatchFailedException">A batch failed for good.</exception>
    public async Task<PromptRunResult> RunAsync(CancellationToken cancellationToken)
    {
        var outcomes = await stage.Dispatcher.RunAsync(
            stage.ExperimentId,
            stage.PoolKey,
            stage.Key,
            part,
            _specs,
            ReportAsync,
            cancellationToken
        );
        return await OffScheduler.RunAsync(() => JoinAsync(outcomes, cancellationToken));
    }

    private Task ReportAsync(BatchProgress progress)
    {
        var prompts = _specs.Take(progress.Done).Sum(s => s.Items.Count);
        stage.Report(
            new StageProgress(
                stage.Node.Name,
                prompts,
                _specs.Sum(s => s.Items.Count),
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
            ["prompts"] = _specs.Sum(s => (long)s.Items.Count),
            ["batches"] = _specs.Count,
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
            foreach (var outcome in outcomes)
            {
                await foreach (var rollout in stage.Artifacts.ReadLinesAsync<Rollout>(outcome.Rollouts, cancellationToken))
                {
                    counts[rollout.Outcome]++;
                    verdicts += rollout.Verdict is null ? 0 : 1;
                    yield return rollout;
                }
            }
        }
    }
}

/// <param name="Rollouts">JSON lines, gzip, in the order planned.</param>
/// <param name="Counts">prompts, batches, rollouts, outcomes (or verdicts), tokens, device seconds.</param>
internal sealed record PromptRunResult(ArtifactRef Rollouts, Dictionary<string, double> Counts);
