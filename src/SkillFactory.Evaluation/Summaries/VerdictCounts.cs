using System.Text.Json.Serialization;
using SkillFactory.Evaluation.Statistics;

namespace SkillFactory.Evaluation.Summaries;

/// <summary>Confusion matrix of verdicts and the outcomes of the judged attempts.</summary>
/// <param name="CorrectOfRight">Verdict Correct on a correct attempt.</param>
/// <param name="IncorrectOfRight">Verdict Incorrect on a correct attempt.</param>
/// <param name="CorrectOfWrong">Verdict Correct on a wrong attempt, which ends the response too early.</param>
/// <param name="IncorrectOfWrong">Verdict Incorrect on a wrong attempt.</param>
public sealed record VerdictCounts(int CorrectOfRight = 0, int IncorrectOfRight = 0, int CorrectOfWrong = 0, int IncorrectOfWrong = 0)
{
    /// <summary>Precision of Correct: correct attempts among those judged Correct.</summary>
    [JsonIgnore]
    public Proportion CorrectPrecision => new(CorrectOfRight, CorrectOfRight + CorrectOfWrong);

    /// <summary>Recall of Correct: correct attempts that were judged Correct.</summary>
    [JsonIgnore]
    public Proportion CorrectRecall => new(CorrectOfRight, CorrectOfRight + IncorrectOfRight);

    /// <summary>Precision of Incorrect: wrong attempts among those judged Incorrect.</summary>
    [JsonIgnore]
    public Proportion IncorrectPrecision => new(IncorrectOfWrong, IncorrectOfWrong + IncorrectOfRight);

    /// <summary>Recall of Incorrect: wrong attempts that were judged Incorrect.</summary>
    [JsonIgnore]
    public Proportion IncorrectRecall => new(IncorrectOfWrong, IncorrectOfWrong + CorrectOfWrong);

    /// <summary>Prevalence: correct attempts among the judged ones. F1 is hard to interpret without it. When nearly all attempts are wrong,
    /// always judging Incorrect gives a high F1.</summary>
    [JsonIgnore]
    public Proportion Right =>
        new(CorrectOfRight + IncorrectOfRight, CorrectOfRight + IncorrectOfRight + CorrectOfWrong + IncorrectOfWrong);

    /// <summary>F1 of the class Correct (the harmonic mean of precision and recall) as a ratio of sums: 2 · hits / (2 · hits + errors). Has
    /// no weight when the class occurs neither among the attempts nor among the verdicts.</summary>
    [JsonIgnore]
    public Cluster CorrectF1Parts => new(2 * CorrectOfRight, (2 * CorrectOfRight) + CorrectOfWrong + IncorrectOfRight);

    /// <summary>F1 of the class Incorrect, as a ratio of sums.</summary>
    [JsonIgnore]
    public Cluster IncorrectF1Parts => new(2 * IncorrectOfWrong, (2 * IncorrectOfWrong) + CorrectOfWrong + IncorrectOfRight);

    public static VerdictCounts operator +(VerdictCounts a, VerdictCounts b) =>
        new(
            a.CorrectOfRight + b.CorrectOfRight,
            a.IncorrectOfRight + b.IncorrectOfRight,
            a.CorrectOfWrong + b.CorrectOfWrong,
            a.IncorrectOfWrong + b.IncorrectOfWrong
        );

    public VerdictCounts With(bool saidCorrect, bool wasRight) =>
        (saidCorrect, wasRight) switch
        {
            (true, true) => this with { CorrectOfRight = CorrectOfRight + 1 },
            (false, true) => this with { IncorrectOfRight = IncorrectOfRight + 1 },
            (true, false) => this with { CorrectOfWrong = CorrectOfWrong + 1 },
            (false, false) => this with { IncorrectOfWrong = IncorrectOfWrong + 1 },
        };
}
