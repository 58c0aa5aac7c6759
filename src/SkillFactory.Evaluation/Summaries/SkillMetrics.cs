using System.Text.Json.Serialization;
using SkillFactory.Core.Sampling;
using SkillFactory.Core.Tasks;
using SkillFactory.Core.Traces;
using SkillFactory.Evaluation.Statistics;
using SkillFactory.Grading;

namespace SkillFactory.Evaluation.Summaries;

/// <summary>
/// How responses use the two skills, as counts, so that runs can be added up (<c>+</c>); shares follow from the counts. Reflections
/// themselves (rollouts of the reflection stage) are not responses and do not belong here.
/// </summary>
public sealed record SkillMetrics
{
    /// <summary>Responses read.</summary>
    public int Responses { get; init; }

    /// <summary>Of them cut off at the length limit.</summary>
    public int Truncated { get; init; }

    /// <summary>Attempts, unfinished ones included (see <see cref="ResponseTrace"/>).</summary>
    public int Attempts { get; init; }

    public int Reflections { get; init; }

    /// <summary>Reflections that hold one of the two verdicts.</summary>
    public int Verdicts { get; init; }

    /// <summary>Well-formed traces among the responses, as <see cref="ResponseTrace.IsWellFormed"/> defines them. A plain answer is not a
    /// trace.</summary>
    public Proportion WellFormed { get; init; } = Proportion.None;

    /// <summary>Verdicts against the truth of the attempt they directly follow. A second reflection of the same attempt, one without a
    /// verdict, and one of an attempt that could not be scored are not in it.</summary>
    public VerdictCounts Judged { get; init; } = new();

    /// <summary>Of the times it said Correct: no further attempt began.</summary>
    public Proportion StopAfterCorrect { get; init; } = Proportion.None;

    /// <summary>Of the times it said Incorrect: no further attempt began.</summary>
    public Proportion StopAfterIncorrect { get; init; } = Proportion.None;

    /// <summary>First attempt correct, of all responses; one without an attempt or with an unfinished first one counts as not correct.</summary>
    public Proportion FirstAttempt { get; init; } = Proportion.None;

    /// <summary>Any attempt correct, of all responses: what a perfect choice among the attempts would reach.</summary>
    public Proportion AnyAttempt { get; init; } = Proportion.None;

    /// <summary>Of the finished attempts that follow a right one: wrong.</summary>
    public Proportion RightToWrong { get; init; } = Proportion.None;

    /// <summary>Of the finished attempts that follow a wrong one: right.</summary>
    public Proportion WrongToRight { get; init; } = Proportion.None;

    /// <summary>Of the finished attempts after the first: the answer is one that an earlier attempt of the same response gave, in any form that the task
    /// takes as equal (<see cref="Grade.Canonical"/>), white space and case ignored.</summary>
    public Proportion NearDuplicates { get; init; } = Proportion.None;

    /// <summary>Responses whose tokens up to the end of each attempt are known.</summary>
    public int OracleResponses { get; init; }

    /// <summary>Tokens these would have taken if each had stopped at its first right attempt; those without one take all of theirs. The accuracy
    /// that goes with it is <see cref="AnyAttempt"/>.</summary>
    public long OracleTokens { get; init; }

    [JsonIgnore]
    public double? AttemptsPerResponse => Responses == 0 ? null : (double)Attempts / Responses;

    [JsonIgnore]
    public double? ReflectionsPerResponse => Responses == 0 ? null : (double)Reflections / Responses;

    public static SkillMetrics operator +(SkillMetrics a, SkillMetrics b) =>
        new()
        {
            Responses = a.Responses + b.Responses,
            Truncated = a.Truncated + b.Truncated,
            Attempts = a.Attempts + b.Attempts,
            Reflections = a.Reflections + b.Reflections,
            Verdicts = a.Verdicts + b.Verdicts,
            WellFormed = a.WellFormed + b.WellFormed,
            Judged = a.Judged + b.Judged,
            StopAfterCorrect = a.StopAfterCorrect + b.StopAfterCorrect,
            StopAfterIncorrect = a.StopAfterIncorrect + b.StopAfterIncorrect,
            FirstAttempt = a.FirstAttempt + b.FirstAttempt,
            AnyAttempt = a.AnyAttempt + b.AnyAttempt,
            RightToWrong = a.RightToWrong + b.RightToWrong,
            WrongToRight = a.WrongToRight + b.WrongToRight,
            NearDuplicates = a.NearDuplicates + b.NearDuplicates,
            OracleResponses = a.OracleResponses + b.OracleResponses,
            OracleTokens = a.OracleTokens + b.OracleTokens,
        };

    /// <summary>Reads the responses and grades each attempt by itself.</summary>
    /// <param name="rollouts">Responses (not reflections).</param>
    /// <param name="questions">The questions by id.</param>
    /// <param name="grade">Grades one finished attempt's text, e.g. <c>(q, text) => task.Grade(q, text, false)</c>.</param>
    /// <exception cref="KeyNotFoundException">A rollout's question is missing.</exception>
    public static SkillMetrics Compute(
        IEnumerable<Rollout> rollouts,
        IReadOnlyDictionary<string, Question> questions,
        Func<Question, string, Grade> grade
    )
    {
        var sum = new SkillMetrics();
        foreach (var rollout in rollouts)
        {
            var question = questions.TryGetValue(rollout.QuestionId, out var known)
                ? known
                : throw new KeyNotFoundException($"rollout {rollout.Id}: question {rollout.QuestionId} is not among the questions given");
            sum += OfOne(ResponseTrace.Parse(rollout.Response, rollout.Outcome == Outcome.Truncated), rollout, text =>
                grade(question, text)
            );
        }

        return sum;
    }

    private static SkillMetrics OfOne(ResponseTrace trace, Rollout rollout, Func<string, Grade> grade)
    {
        var grades = trace.Blocks.Select(b => b.IsReflection || b.Cut ? null : grade(b.Text)).ToList();
        var truth = trace.Blocks.Zip(grades).Select(b => b.First.IsReflection ? null : TraceBlock.Truth(b.Second)).ToList();
        var judged = new VerdictCounts();
        for (var i = 1; i < trace.Blocks.Count; i++)
        {
            if (trace.Blocks[i].Verdict is { } verdict && !trace.Blocks[i - 1].IsReflection && truth[i - 1] is { } right)
            {
                judged = judged.With(verdict, right);
            }
        }

        var attempts = trace
            .Blocks.Zip(truth, grades)
            .Where(p => !p.First.IsReflection)
            .Select(p => (Block: p.First, Right: p.Second, Answer: p.Third?.Canonical))
            .ToList();
        var (rightToWrong, wrongToRight, duplicates) = (Proportion.None, Proportion.None, Proportion.None);
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        for (var i = 0; i < attempts.Count; i++)
        {
            if (i > 0 && !attempts[i].Block.Cut && attempts[i - 1].Right is { } before && attempts[i].Right is { } now)
            {
                rightToWrong = before ? rightToWrong.With(!now) : rightToWrong;
                wrongToRight = before ? wrongToRight : wrongToRight.With(now);
            }

            var fresh = seen.Add(Squeeze(attempts[i].Answer ?? Tags.LastAnswer(attempts[i].Block.Text) ?? attempts[i].Block.Text));
            duplicates = i > 0 && !attempts[i].Block.Cut ? duplicates.With(!fresh) : duplicates;
        }

        // Only what could not be scored is left out; nothing attempted is nothing right.
        var unscored = attempts.Any(a => a.Right is null);
        var any = attempts.Any(a => a.Right == true);
        var decisions = trace.Decisions().ToList();
        var oracle = OracleTokensOf(rollout, attempts.FindIndex(a => a.Right == true), attempts.Count, trace.IsExplicit);
        return new SkillMetrics
        {
            Responses = 1,
            Truncated = trace.Truncated ? 1 : 0,
            Attempts = attempts.Count,
            Reflections = trace.Reflections.Count(),
            Verdicts = trace.Reflections.Count(r => r.Verdict is not null),
            WellFormed = Proportion.None.With(trace.IsWellFormed),
            Judged = judged,
            StopAfterCorrect = Stops(decisions, true),
            StopAfterIncorrect = Stops(decisions, false),
            FirstAttempt = attempts is [{ Right: null }, ..] ? Proportion.None : Proportion.None.With(attempts is [{ Right: true }, ..]),
            AnyAttempt = unscored && !any ? Proportion.None : Proportion.None.With(any),
            RightToWrong = rightToWrong,
            WrongToRight = wrongToRight,
            NearDuplicates = duplicates,
            OracleResponses = oracle is null ? 0 : 1,
            OracleTokens = oracle ?? 0,
        };
    }

    /// <summary>Tokens up to the first right attempt; null when nobody noted where attempts end.</summary>
    private static int? OracleTokensOf(Rollout rollout, int firstRight, int attempts, bool isExplicit) =>
        !isExplicit ? rollout.TokenCount
        : rollout.AttemptEnds is not { } ends || ends.Count != attempts ? null
        : firstRight < 0 ? rollout.TokenCount
        : Math.Min(ends[firstRight], rollout.TokenCount);

    internal static Proportion Stops(IReadOnlyCollection<(bool SaidCorrect, bool Stopped)> decisions, bool saidCorrect) =>
        new(decisions.Count(d => d.SaidCorrect == saidCorrect && d.Stopped), decisions.Count(d => d.SaidCorrect == saidCorrect));

    private static string Squeeze(string answer) => string.Concat(answer.Where(c => !char.IsWhiteSpace(c)));
}
