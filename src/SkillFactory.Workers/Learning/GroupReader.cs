using SkillFactory.Core.Grpo;
using SkillFactory.Core.Recipes;
using SkillFactory.Core.Sampling;
using SkillFactory.Core.Tasks;
using SkillFactory.Core.Traces;
using SkillFactory.Grading;
using SkillFactory.Workers.Replicas;

namespace SkillFactory.Workers.Learning;

/// <param name="Rollouts">The responses to one prompt.</param>
/// <param name="Scored">What they are worth.</param>
internal sealed record ReadGroup(IReadOnlyList<Rollout> Rollouts, ScoredGroup Scored);

/// <summary>Scores the responses of a group, and reads their attempts and reflections where the settings pay for them.</summary>
internal sealed class GroupReader(TrainingContext context)
{
    private readonly GrpoSettings _settings = context.Spec.Grpo!;
    private Dictionary<string, Question>? _questions;

    /// <summary>Whether attempts and reflections are graded one by one.</summary>
    public static bool ReadsBlocks(GrpoSettings settings) => settings.Credit is not null || settings.VerdictReward is not null;

    /// <summary>Questions by id, for grading attempts.</summary>
    public void Know(IEnumerable<Question> questions) =>
        _questions = questions.DistinctBy(q => q.Id).ToDictionary(q => q.Id, StringComparer.Ordinal);

    public ReadGroup Read(IReadOnlyList<Rollout> rollouts)
    {
        var scored = ScoredGroup.Of(rollouts);
        if (ReadsBlocks(_settings))
        {
            scored = scored with { Blocks = [.. rollouts.Select(Blocks)] };
        }

        return new ReadGroup(rollouts, _settings.VerdictReward is { } weight ? scored.WithVerdictReward(weight) : scored);
    }

    /// <summary>What the reward does not say when it pays for more than the answer: the share of correct responses, attempts and verdicts.</summary>
    public static void AddShares(Dictionary<string, double> values, IReadOnlyList<ReadGroup> groups)
    {
        var outcomes = groups.SelectMany(g => g.Rollouts).Where(r => r.Outcome != Outcome.Unscored).ToList();
        var blocks = groups.SelectMany(g => g.Scored.Blocks!).SelectMany(b => b).Where(b => b.IsRight is not null).ToList();
        values["correct"] = Share(outcomes.Count(r => r.Outcome == Outcome.Correct), outcomes.Count);
        values["skills/attempts_correct"] = Share(
            blocks.Count(b => !b.IsReflection && b.IsRight!.Value),
            blocks.Count(b => !b.IsReflection)
        );
        values["skills/verdicts_right"] = Share(blocks.Count(b => b.IsReflection && b.IsRight!.Value), blocks.Count(b => b.IsReflection));
    }

    private static double Share(int part, int all) => all == 0 ? 0 : (double)part / all;

    private IReadOnlyList<CreditedBlock> Blocks(Rollout rollout)
    {
        var question = _questions![rollout.QuestionId];
        var task = TaskRegistry.Get(question.Task);
        var positions = new TokenPositions(context.Model.Tokenizer, rollout.Tokens!, rollout.Response);
        return CreditedBlock.Of(
            ResponseTrace.Parse(rollout.Response, rollout.Outcome == Outcome.Truncated),
            text => task.Grade(question, text, truncated: false),
            positions.To
        );
    }
}
