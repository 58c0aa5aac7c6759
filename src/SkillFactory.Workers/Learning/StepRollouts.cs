using SkillFactory.Core.Artifacts;
using SkillFactory.Core.Grpo;
using SkillFactory.Core.Prompts;
using SkillFactory.Core.Recipes;
using SkillFactory.Core.Sampling;
using SkillFactory.Core.Tasks;
using SkillFactory.Dispatch.Batches;

namespace SkillFactory.Workers.Learning;

/// <param name="Groups">In the order asked.</param>
/// <param name="Artifacts">Where their rollouts lie.</param>
internal sealed record SampledStep(IReadOnlyList<ReadGroup> Groups, IReadOnlyList<ArtifactRef> Artifacts);

/// <summary>The responses of a GRPO step: one round of prompts or, with dynamic sampling, as many as it takes until enough groups teach something.
/// Which prompts are asked depends on results alone, so a repeated step asks the same.</summary>
internal sealed class StepRollouts(TrainingContext context, GrpoSettings settings, GroupReader reader, IReadOnlyList<Question> questions)
{
    private readonly PromptSet _prompts = PromptSet.Get(context.Spec.Prompts);

    /// <param name="step">From 1.</param>
    /// <param name="weights">What to sample from.</param>
    /// <param name="asked">Prompts of the steps before.</param>
    /// <param name="progress">Told the share of this step's rollouts, their tokens, and what is waited for.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<SampledStep> SampleAsync(
        int step,
        WeightsRef weights,
        int asked,
        Func<double, long, string, Task> progress,
        CancellationToken cancellationToken
    )
    {
        var groups = new List<ReadGroup>();
        var artifacts = new List<ArtifactRef>();
        var rounds = settings.DynamicRounds ?? 1;
        for (
            var round = 0;
            round < rounds && (round == 0 || groups.Count(g => GrpoStepPlan.Teaches(g.Scored, settings.Credit)) < settings.PromptsPerStep);
            round++
        )
        {
            var part = round == 0 ? $"{step}" : $"{step}+{round}";
            var batches = new PromptBatches(
                context.Dispatcher,
                new BatchSet(context.Spec.ExperimentId, context.PoolKey, context.StageKey, part),
                context.Random.Child("rollout").Child(step),
                context.Spec.Model,
                GradeAs.Answer
            )
            {
                KeepTokens = true,
            };
            batches.Add(Items(step, asked, groups.Count), settings.PromptsPerBatch, settings.Decoding, weights);
            var (before, number) = (groups.Sum(g => g.Rollouts.Sum(r => (long)r.TokenCount)), round);
            var outcomes = await batches.RunAsync(
                p =>
                    progress(
                        (number + (p.Done / (double)p.Total)) / (number + 1),
                        before + p.GeneratedTokens,
                        p.Waiting.Length > 0 ? p.Waiting
                            : p.Done < p.Total ? "rollouts"
                            : ""
                    ),
                cancellationToken
            );
            foreach (var outcome in outcomes)
            {
                groups.AddRange(
                    (await context.Dispatcher.ReadAsync(outcome, cancellationToken))
                        .GroupBy(r => r.PromptId)
                        .Select(g => reader.Read([.. g]))
                );
                artifacts.Add(outcome.Rollouts);
            }
        }

        return new SampledStep(groups, artifacts);
    }

    /// <param name="step">From 1.</param>
    /// <param name="asked">Prompts of the steps before.</param>
    /// <param name="inStep">Prompts of this step's rounds before.</param>
    private IEnumerable<PromptItem> Items(int step, int asked, int inStep) =>
        Enumerable
            .Range(inStep, settings.PromptsPerStep)
            .Select(i =>
            {
                var question = questions[(asked + i) % questions.Count];
                var (system, user) = _prompts.SolvePrompt(question, PromptVariant.Original);
                return new PromptItem($"step{step}/{i}/{question.Id}", question, PromptVariant.Original, system, user, settings.GroupSize);
            });
}
