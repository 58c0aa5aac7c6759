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
        if (settings.Credit is not null || settings.VerdictReward is not null)
        {
            scored = scored with { Blocks = [.. rollouts.Zip(traces, Blocks)] };
        }

        return new ReadGroup(
            rollouts,
            traces,
            [.. rollouts.Zip(traces, (r, t) => t.Attempts.FirstOrDefault()?.Truth(Grader(r)) == true)],
            settings.VerdictReward is { } weight ? scored.WithVerdictReward(weight) : scored
        );
    }

    /// <summary>Adds the share of correct first attempts and, for groups with blocks, the shares of correct responses, attempts and
    /// verdicts, which the reward does not show when it pays for more than the answer.</summary>
    public static void AddShares(Dictionary<string, double> values, IReadOnlyList<ReadGroup> groups)
    {
        values[MetricNames.FirstAttemptAccuracy] = Share(groups.SelectMany(g => g.FirstAttempts).Select(f => (bool?)f));
        if (groups.All(g => g.Scored.Blocks is not null))
        {
            var blocks = groups.SelectMany(g => g.Scored.Blocks!).SelectMany(b => b).ToList();
            values[MetricNames.Correct] = Share(groups.SelectMany(g => g.Rollouts).Select(r => (bool?)(r.Outcome == Outcome.Correct)));
            values[MetricNames.AttemptsCorrect] = Share(blocks.Where(b => !b.IsReflection).Select(b => b.IsRight));
            values[MetricNames.VerdictsRight] = Share(blocks.Where(b => b.IsReflection).Select(b => b.IsRight));
        }
    }

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
