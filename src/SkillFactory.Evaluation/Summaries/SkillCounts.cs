using SkillFactory.Core.Sampling;
using SkillFactory.Core.Tasks;
using SkillFactory.Core.Traces;
using SkillFactory.Evaluation.Statistics;
using SkillFactory.Grading;

namespace SkillFactory.Evaluation.Summaries;

/// <summary>
/// How responses use the two skills, retrying and reflecting, as counts that can be added up over runs (<c>+</c>). The rollouts of the
/// reflection stage are not responses and are not counted here.
/// </summary>
public sealed record SkillCounts
{
    /// <summary>Responses.</summary>
    public int Responses { get; init; }

    /// <summary>Responses truncated at the length limit.</summary>
    public int Truncated { get; init; }

    /// <summary>Attempts, including unfinished ones (see <see cref="ResponseTrace"/>).</summary>
    public int Attempts { get; init; }

    public int Reflections { get; init; }

    /// <summary>Reflections with one of the two verdicts.</summary>
    public int Verdicts { get; init; }

    /// <summary>Responses that are well-formed traces (<see cref="ResponseTrace.IsWellFormed"/>). A plain answer is not a trace.</summary>
    public Proportion WellFormed { get; init; } = Proportion.None;

    /// <summary>Verdicts compared with the outcome of the attempt they directly follow. Does not count a second reflection on the same
    /// attempt, a reflection without a verdict, or a reflection on an unscored attempt.</summary>
    public VerdictCounts Judged { get; init; } = new();

    /// <summary>Correct verdicts after which no further attempt began.</summary>
    public Proportion StopAfterCorrect { get; init; } = Proportion.None;

    /// <summary>Incorrect verdicts after which no further attempt began.</summary>
    public Proportion StopAfterIncorrect { get; init; } = Proportion.None;

    /// <summary>Responses whose first attempt is correct. A missing or unfinished first attempt is not correct.</summary>
    public Proportion FirstAttempt { get; init; } = Proportion.None;

    /// <summary>Responses with a correct attempt: the accuracy of a perfect choice among the attempts.</summary>
    public Proportion AnyAttempt { get; init; } = Proportion.None;

    /// <summary>Finished attempts after a correct one that are wrong.</summary>
    public Proportion RightToWrong { get; init; } = Proportion.None;

    /// <summary>Finished attempts after a wrong one that are correct.</summary>
    public Proportion WrongToRight { get; init; } = Proportion.None;

    /// <summary>Finished attempts after the first that repeat an answer of an earlier attempt of the same response. Answers are equal when
    /// the task treats them as equal (<see cref="Grade.Canonical"/>), ignoring white space and case.</summary>
    public Proportion NearDuplicates { get; init; } = Proportion.None;

    /// <summary>Responses for which the token position of each attempt's end is known.</summary>
    public int OracleResponses { get; init; }

    /// <summary>Total tokens of these responses if each had stopped at its first correct attempt. A response without one counts in full.
    /// The corresponding accuracy is <see cref="AnyAttempt"/>.</summary>
    public long OracleTokens { get; init; }

    public static SkillCounts operator +(SkillCounts a, SkillCounts b) =>
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

    /// <summary>Parses the responses and grades each attempt on its own.</summary>
    /// <param name="rollouts">Responses (not reflections).</param>
    /// <param name="questions">The questions by id.</param>
    /// <param name="grade">Grades the text of one finished attempt, e.g. <c>(q, text) => task.Grade(q, text, false)</c>.</param>
    /// <exception cref="KeyNotFoundException">A rollout's question is missing.</exception>
    public static SkillCounts Compute(
        IEnumerable<Rollout> rollouts,
        IReadOnlyDictionary<string, Question> questions,
        Func<Question, string, Grade> grade
    )
    {
        var sum = new SkillCounts();
        foreach (var rollout in rollouts)
        {
            var question = questions.TryGetValue(rollout.QuestionId, out var known)
                ? known
                : throw new KeyNotFoundException($"rollout {rollout.Id}: unknown question {rollout.QuestionId}");
            sum += CountsOf(ResponseTrace.Parse(rollout.Response, rollout.Outcome == Outcome.Truncated), rollout, text =>
                grade(question, text)
            );
        }

        return sum;
    }

    private static SkillCounts CountsOf(ResponseTrace trace, Rollout rollout, Func<string, Grade> grade)
    {
        var grades = trace.Blocks.Select(b => b.IsReflection || b.Cut ? null : grade(b.Text)).ToList();
        var correctness = trace.Blocks.Zip(grades).Select(b => b.First.IsReflection ? null : TraceBlock.Truth(b.Second)).ToList();
        var judged = new VerdictCounts();
        for (var i = 1; i < trace.Blocks.Count; i++)
        {
            if (trace.Blocks[i].Verdict is { } verdict && !trace.Blocks[i - 1].IsReflection && correctness[i - 1] is { } correct)
            {
                judged = judged.With(verdict, correct);
            }
        }

        var attempts = trace
            .Blocks.Zip(correctness, grades)
            .Where(p => !p.First.IsReflection)
            .Select(p => (Block: p.First, Right: p.Second, Answer: p.Third?.Canonical))
            .ToList();
        var (rightToWrong, wrongToRight, repeats) = (Proportion.None, Proportion.None, Proportion.None);
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        for (var i = 0; i < attempts.Count; i++)
        {
            if (i > 0 && !attempts[i].Block.Cut && attempts[i - 1].Right is { } before && attempts[i].Right is { } now)
            {
                rightToWrong = before ? rightToWrong.With(!now) : rightToWrong;
                wrongToRight = before ? wrongToRight : wrongToRight.With(now);
            }

            var isNew = seen.Add(
                WithoutWhiteSpace(attempts[i].Answer ?? Tags.LastAnswer(attempts[i].Block.Text) ?? attempts[i].Block.Text)
            );
            repeats = i > 0 && !attempts[i].Block.Cut ? repeats.With(!isNew) : repeats;
        }

        // An attempt that could not be graded, and a response without attempts, count as not correct.
        var anyCorrect = attempts.Any(a => a.Right == true);
        var decisions = trace.Decisions().ToList();
        var oracle = OracleTokensOf(rollout, attempts.FindIndex(a => a.Right == true), attempts.Count, trace.IsExplicit);
        return new SkillCounts
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
            FirstAttempt = Proportion.None.With(attempts is [{ Right: true }, ..]),
            AnyAttempt = Proportion.None.With(anyCorrect),
            RightToWrong = rightToWrong,
            WrongToRight = wrongToRight,
            NearDuplicates = repeats,
            OracleResponses = oracle is null ? 0 : 1,
            OracleTokens = oracle ?? 0,
        };
    }

    /// <summary>Tokens up to the first correct attempt. Null when the ends of the attempts are not known.</summary>
    private static int? OracleTokensOf(Rollout rollout, int firstRight, int attempts, bool isExplicit) =>
        !isExplicit ? rollout.TokenCount
        : rollout.AttemptEnds is not { } ends || ends.Count != attempts ? null
        : firstRight < 0 ? rollout.TokenCount
        : Math.Min(ends[firstRight], rollout.TokenCount);

    internal static Proportion Stops(IReadOnlyCollection<(bool SaidCorrect, bool Stopped)> decisions, bool saidCorrect) =>
        new(decisions.Count(d => d.SaidCorrect == saidCorrect && d.Stopped), decisions.Count(d => d.SaidCorrect == saidCorrect));

    private static string WithoutWhiteSpace(string answer) => string.Concat(answer.Where(c => !char.IsWhiteSpace(c)));
}
