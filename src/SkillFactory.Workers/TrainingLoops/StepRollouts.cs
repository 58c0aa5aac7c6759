using SkillFactory.Core.Advantages;
using SkillFactory.Core.Artifacts;
using SkillFactory.Core.Prompts;
using SkillFactory.Core.Recipes;
using SkillFactory.Core.Sampling;
using SkillFactory.Core.Tasks;
using SkillFactory.Dispatch.Batches;

namespace SkillFactory.Workers.TrainingLoops;

/// <param name="Groups">In the order of the prompts.</param>
/// <param name="Artifacts">The rollouts of each batch.</param>
internal sealed record SampledStep(IReadOnlyList<ReadGroup> Groups, IReadOnlyList<ArtifactRef> Artifacts)
{
    public long GeneratedTokens => Groups.Sum(g => g.Rollouts.Sum(r => (long)r.TokenCount));
}

/// <summary>Samples the responses of a GRPO step: one round of prompts or, with dynamic sampling, further rounds until enough groups have
/// an advantage. Which prompts a step samples depends on earlier results only, so a repeated step samples the same ones.</summary>
internal sealed class StepRollouts(TrainingContext context, GrpoSettings settings, GroupReader reader, IReadOnlyList<Question> questions)
{
    private readonly PromptSet _prompts = PromptSet.Get(context.Spec.Prompts);

    /// <param name="step">1-based.</param>
    /// <param name="weights">The weights to sample from.</param>
    /// <param name="earlier">Prompts of all earlier steps.</param>
    /// <param name="progress">Called with the share of this step's rollouts that is done, their tokens, and what is waited for.</param>
    public async Task<SampledStep> SampleAsync(
        int step,
        WeightsRef weights,
        int earlier,
        Func<double, long, string, Task> progress,
        CancellationToken cancellationToken
    )
    {
        var groups = new List<ReadGroup>();
        var artifacts = new List<ArtifactRef>();
        for (var round = 0; round == 0 || NeedsRound(round, groups); round++)
        {
            var part = round == 0 ? $"{step}" : $"{step}+{round}";
            var batches = context
                .NewBatches(part, context.Random.Child("rollout").Child(step), keepTokens: true)
                .Add(Items(step, earlier, groups.Count), settings.PromptsPerBatch, settings.Decoding, weights);
            var (before, number) = (groups.Sum(g => g.Rollouts.Sum(r => (long)r.TokenCount)), round);
            var outcomes = await batches.RunAsync(
                p =>
                    progress(
                        (number + (p.Done / (double)p.Total)) / (number + 1),
                        before + p.GeneratedTokens,
                        p.Waiting.Length > 0 ? p.Waiting
                            : p.Done < p.Total ? "rollouts, which the step trains on"
                            : ""
                    ),
                cancellationToken
            );
            foreach (var outcome in outcomes)
            {
                groups.AddRange(await TrainingContext.OffSchedulerAsync(() => ReadAsync(outcome.Rollouts, cancellationToken)));
                artifacts.Add(outcome.Rollouts);
            }
        }

        return new SampledStep(groups, artifacts);
    }

    private bool NeedsRound(int round, List<ReadGroup> groups) =>
        round < (settings.DynamicRounds ?? 1) && groups.Count(g => GrpoStepPlan.HasGradient(g.Scored, settings)) < settings.PromptsPerStep;

    private async Task<List<ReadGroup>> ReadAsync(ArtifactRef rollouts, CancellationToken cancellationToken)
    {
        var all = await context.Artifacts.ReadAllAsync<Rollout>(rollouts, cancellationToken);
        return [.. all.GroupBy(r => r.PromptId).Select(g => reader.Read([.. g]))];
    }

    /// <param name="step">1-based.</param>
    /// <param name="earlier">Prompts of all earlier steps.</param>
    /// <param name="inStep">Prompts of this step's earlier rounds.</param>
    private IEnumerable<PromptItem> Items(int step, int earlier, int inStep) =>
        Enumerable
            .Range(inStep, settings.PromptsPerStep)
            .Select(i =>
            {
                var question = questions[(earlier + i) % questions.Count];
                var (system, user) = _prompts.SolvePrompt(question, PromptVariant.Original);
                return new PromptItem($"step{step}/{i}/{question.Id}", question, PromptVariant.Original, system, user, settings.GroupSize);
            });
}
