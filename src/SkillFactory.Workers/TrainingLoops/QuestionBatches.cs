using SkillFactory.Contracts.Batches;
using SkillFactory.Core.Artifacts;
using SkillFactory.Core.Prompts;
using SkillFactory.Core.Randomness;
using SkillFactory.Core.Sampling;
using SkillFactory.Core.Tasks;
using SkillFactory.Dispatch.Batches;

namespace SkillFactory.Workers.TrainingLoops;

/// <param name="Rollouts">One response per question, in the order of the questions.</param>
/// <param name="Outcomes">The batches they came in.</param>
internal sealed record QuestionAnswers(IReadOnlyList<Rollout> Rollouts, IReadOnlyList<BatchOutcome> Outcomes)
{
    public long GeneratedTokens => Outcomes.Sum(o => o.GeneratedTokens);
}

/// <summary>Has the pool answer questions once each with the weights of a step: for the gate and for validation.</summary>
internal sealed class QuestionBatches(TrainingContext context)
{
    private const int PromptsPerBatch = 64;

    /// <param name="part">Identifies the batches within the stage.</param>
    /// <param name="idPrefix">Put before each question's id to form the prompt's id, which random draws depend on.</param>
    /// <param name="random">Root of the draws.</param>
    /// <param name="waiting">Called with what the batches wait for; empty when they run.</param>
    public async Task<QuestionAnswers> AnswerAsync(
        string part,
        string idPrefix,
        KeyedRandom random,
        WeightsRef weights,
        Decoding decoding,
        IEnumerable<Question> questions,
        Func<string, Task> waiting,
        CancellationToken cancellationToken
    )
    {
        var prompts = PromptSet.Get(context.Spec.Prompts);
        var items = questions.Select(q =>
        {
            var (system, user) = prompts.SolvePrompt(q, PromptVariant.Original);
            return new PromptItem($"{idPrefix}{q.Id}", q, PromptVariant.Original, system, user, Samples: 1);
        });
        var outcomes = await context
            .NewBatches(part, random)
            .Add(items, PromptsPerBatch, decoding, weights)
            .RunAsync(p => waiting(p.Waiting), cancellationToken);
        var rollouts = await TrainingContext.OffSchedulerAsync(() =>
            context.Artifacts.ReadRolloutsAsync(outcomes, cancellationToken).ToListAsync(cancellationToken).AsTask()
        );
        return new QuestionAnswers(rollouts, outcomes);
    }
}
