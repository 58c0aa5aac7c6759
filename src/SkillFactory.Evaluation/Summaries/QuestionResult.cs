using System.Text.Json.Serialization;
using SkillFactory.Core.Sampling;
using SkillFactory.Evaluation.Statistics;
using SkillFactory.Grading;

namespace SkillFactory.Evaluation.Summaries;

/// <summary>All samples of one question by one model, in sample order. Evaluations store these because every measure over questions can be
/// computed from them.</summary>
public sealed record QuestionResult
{
    private const string Letters = "CWPTU";

    /// <summary>One letter per sample: C correct, W wrong, P unparseable, T truncated, U unscored.</summary>
    public required string Outcomes { get; init; }

    /// <summary>Generated tokens of each sample.</summary>
    public required IReadOnlyList<int> Tokens { get; init; }

    /// <summary>The answer number of each sample (<see cref="Majority.Groups"/>), −1 for no answer. A truncated response has no answer,
    /// whatever it contains.</summary>
    public required IReadOnlyList<int> Answers { get; init; }

    /// <summary>Skill use over all samples, or null when attempts were not graded.</summary>
    public SkillCounts? Skills { get; init; }

    [JsonIgnore]
    public int Samples => Outcomes.Length;

    [JsonIgnore]
    public int Correct => Count(Outcome.Correct);

    /// <summary>Samples that ended before the limit.</summary>
    [JsonIgnore]
    public int Finished => Samples - Count(Outcome.Truncated);

    [JsonIgnore]
    public long TotalTokens => Tokens.Sum(t => (long)t);

    public int Count(Outcome outcome) => Outcomes.Count(o => o == Letter(outcome));

    /// <summary>Correct samples of at most <paramref name="limit"/> tokens. These would be correct under that response limit too, because
    /// the limit does not change which tokens are drawn.</summary>
    public int CorrectWithin(int limit) => Outcomes.Zip(Tokens).Count(s => s.First == Letter(Outcome.Correct) && s.Second <= limit);

    /// <summary>Total tokens when each response is truncated at <paramref name="limit"/>.</summary>
    public long TokensWithin(int limit) => Tokens.Sum(t => (long)Math.Min(t, limit));

    /// <summary><see cref="Majority.AtK"/> of the samples.</summary>
    /// <param name="k">From 1 to <see cref="Samples"/>.</param>
    public double MajorityAt(int k) => Majority.AtK(Answers, [.. Outcomes.Select(o => o == Letter(Outcome.Correct))], k);

    /// <param name="samples">Samples in sample order.</param>
    public static QuestionResult Of(IReadOnlyCollection<Rollout> samples, SkillCounts? skills = null) =>
        new()
        {
            Outcomes = string.Concat(samples.Select(r => Letter(r.Outcome))),
            Tokens = [.. samples.Select(r => r.TokenCount)],
            Answers = Majority.Groups(samples.Select(r => r.Outcome == Outcome.Truncated ? null : r.Canonical ?? r.Extracted)),
            Skills = skills,
        };

    private static char Letter(Outcome outcome) =>
        Letters[
            outcome switch
            {
                Outcome.Correct => 0,
                Outcome.Wrong => 1,
                Outcome.Unparseable => 2,
                Outcome.Truncated => 3,
                _ => 4,
            }
        ];
}
