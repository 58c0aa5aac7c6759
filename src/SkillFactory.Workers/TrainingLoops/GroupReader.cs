using SkillFactory.Core.Advantages;
using SkillFactory.Core.Metrics;
using SkillFactory.Core.Recipes;
using SkillFactory.Core.Sampling;
using SkillFactory.Core.Tasks;
using SkillFactory.Core.Traces;
using SkillFactory.Grading;
using SkillFactory.Tokenization;
using SkillFactory.Workers.Replicas;

namespace SkillFactory.Workers.TrainingLoops;

/// <param name="Rollouts">The responses to one prompt.</param>
/// <param name="Traces">Each response's attempts and reflections.</param>
/// <param name="FirstAttempts">Whether each response's first attempt is correct; false without an attempt, and when it cannot be
/// graded.</param>
/// <param name="Scored">Rewards and lengths; with blocks where the settings reward attempts or verdicts.</param>
internal sealed record ReadGroup(
    IReadOnlyList<Rollout> Rollouts,
    IReadOnlyList<ResponseTrace> Traces,
    IReadOnlyList<bool> FirstAttempts,
    ScoredGroup Scored
);

/// <summary>Scores the responses of a group, and their attempts and reflections where the settings reward these.</summary>
/// <param name="questions">Questions of the rollouts, for grading attempts.</param>
internal sealed class GroupReader(Tokenizer tokenizer, GrpoSettings settings, IEnumerable<Question> questions)
{
    private readonly Dictionary<string, Question> _questions = questions
        .DistinctBy(q => q.Id)
        .ToDictionary(q => q.Id, StringComparer.Ordinal);

    /// <param name="rollouts">All responses to one prompt.</param>
    public ReadGroup Read(IReadOnlyList<Rollout> rollouts)
    {
        var scored = ScoredGroup.Of(rollouts);
        var traces = rollouts.Select(r => ResponseTrace.Parse(r.Response, r.Outcome == Outcome.Truncated)).ToList();
        if (HasBlocks)
        {
            scored = scored with { Blocks = [.. rollouts.Zip(traces, Blocks)] };
        }

        if (settings.VerdictReward is { } weight)
        {
            scored = scored.WithVerdictReward(weight);
        }

        if (settings.Overlong is { } overlong)
        {
            scored = scored.WithOverlongPenalty(overlong, settings.Decoding.MaxNewTokens);
        }

        return new ReadGroup(
            rollouts,
            traces,
            [.. rollouts.Zip(traces, (r, t) => t.Attempts.FirstOrDefault()?.Truth(Grader(r)) == true)],
            scored
        );
    }

    /// <summary>Adds the figures of a step's responses that its rewards do not show: entropy and skills, and the shares of correct
    /// responses, attempts and verdicts where the reward pays for more than the answer.</summary>
    public void AddFigures(Dictionary<string, double> values, IReadOnlyList<ReadGroup> groups)
    {
        var rollouts = groups.SelectMany(g => g.Rollouts).ToList();
        var traces = groups.SelectMany(g => g.Traces).ToList();
        values[MetricNames.Entropy] = rollouts.Sum(r => r.MeanEntropy * r.TokenCount) / rollouts.Sum(r => (long)r.TokenCount);
        values[MetricNames.Attempts] = traces.Average(t => t.Attempts.Count());
        values[MetricNames.Reflections] = traces.Average(t => t.Reflections.Count());
        values[MetricNames.FirstAttemptAccuracy] = Share(groups.SelectMany(g => g.FirstAttempts).Select(f => (bool?)f));
        if (HasBlocks || settings.Overlong is not null)
        {
            values[MetricNames.Correct] = Share(rollouts.Select(r => (bool?)(r.Outcome == Outcome.Correct)));
        }

        if (HasBlocks)
        {
            var blocks = groups.SelectMany(g => g.Scored.Blocks!).SelectMany(b => b).ToList();
            values[MetricNames.AttemptsCorrect] = Share(blocks.Where(b => !b.IsReflection).Select(b => b.IsRight));
            values[MetricNames.VerdictsRight] = Share(blocks.Where(b => b.IsReflection).Select(b => b.IsRight));
        }
    }

    /// <summary>Whether the settings reward attempts or verdicts.</summary>
    private bool HasBlocks => settings.Credit is not null || settings.VerdictReward is not null;

    private static double Share(IEnumerable<bool?> cases) =>
        cases.Where(c => c is not null).Select(c => c!.Value ? 1.0 : 0).DefaultIfEmpty(0).Average();

    private Func<string, Grade> Grader(Rollout rollout)
    {
        var question = _questions[rollout.QuestionId];
        var task = TaskRegistry.Get(question.Task);
        return text => task.Grade(question, text, truncated: false);
    }

    private IReadOnlyList<CreditedBlock> Blocks(Rollout rollout, ResponseTrace trace) =>
        CreditedBlock.Of(trace, Grader(rollout), new TokenPositions(tokenizer, rollout.Tokens!, rollout.Response).TokensTo);
}
