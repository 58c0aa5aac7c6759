using System.Text.Json.Serialization;
using SkillFactory.Evaluation.Statistics;

namespace SkillFactory.Evaluation.Summaries;

/// <summary>Verdicts against the truth, as counts.</summary>
/// <param name="CorrectOfRight">Said Correct of a right attempt.</param>
/// <param name="IncorrectOfRight">Said Incorrect of a right attempt.</param>
/// <param name="CorrectOfWrong">Said Correct of a wrong attempt: what ends a search too early.</param>
/// <param name="IncorrectOfWrong">Said Incorrect of a wrong attempt.</param>
public sealed record VerdictCounts(int CorrectOfRight = 0, int IncorrectOfRight = 0, int CorrectOfWrong = 0, int IncorrectOfWrong = 0)
{
    /// <summary>Of what it called Correct, right.</summary>
    [JsonIgnore]
    public Proportion CorrectPrecision => new(CorrectOfRight, CorrectOfRight + CorrectOfWrong);

    /// <summary>Of the right attempts, called Correct.</summary>
    [JsonIgnore]
    public Proportion CorrectRecall => new(CorrectOfRight, CorrectOfRight + IncorrectOfRight);

    /// <summary>Of what it called Incorrect, wrong.</summary>
    [JsonIgnore]
    public Proportion IncorrectPrecision => new(IncorrectOfWrong, IncorrectOfWrong + IncorrectOfRight);

    /// <summary>Of the wrong attempts, called Incorrect.</summary>
    [JsonIgnore]
    public Proportion IncorrectRecall => new(IncorrectOfWrong, IncorrectOfWrong + CorrectOfWrong);

    /// <summary>Prevalence: right attempts among the judged. Without it an F1 cannot be read: where nearly all attempts are wrong, always
    /// saying Incorrect scores high.</summary>
    [JsonIgnore]
    public Proportion Right =>
        new(CorrectOfRight + IncorrectOfRight, CorrectOfRight + IncorrectOfRight + CorrectOfWrong + IncorrectOfWrong);

    /// <summary>F1 of the class Correct, the harmonic mean of precision and recall, as a ratio of sums: twice the hits over twice the hits and the
    /// errors. No weight when that class neither occurs nor is said.</summary>
    [JsonIgnore]
    public Cluster CorrectF1Parts => new(2 * CorrectOfRight, (2 * CorrectOfRight) + CorrectOfWrong + IncorrectOfRight);

    /// <summary>The same for the class Incorrect.</summary>
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
