using System.Text.Json.Serialization;
using SkillFactory.Core.Sampling;
using SkillFactory.Evaluation.Statistics;
using SkillFactory.Grading;

namespace SkillFactory.Evaluation.Summaries;

/// <summary>All samples of one question by one model, in sample order. Everything that is measured over questions follows from these, so
/// they are what evaluations keep.</summary>
public sealed record QuestionResult
{
    private const string Letters = "CWPTU";

    /// <summary>One letter per sample: C correct, W wrong, P unparseable, T cut off, U unscored.</summary>
    public required string Outcomes { get; init; }

    /// <summary>Tokens generated per sample.</summary>
    public required IReadOnlyList<int> Tokens { get; init; }

    /// <summary>Per sample the number of its answer (<see cref="Majority.Groups"/>); −1 for no answer. What a cut-off response holds does not
    /// count, so it has no vote.</summary>
    public required IReadOnlyList<int> Answers { get; init; }

    /// <summary>Use of the skills over all samples; null when attempts were not graded.</summary>
    public SkillMetrics? Skills { get; init; }

    [JsonIgnore]
    public int Samples => Outcomes.Length;

    /// <summary>Samples that were graded: all but the unscored.</summary>
    [JsonIgnore]
    public int Scored => Samples - Count(Outcome.Unscored);

    [JsonIgnore]
    public int Correct => Count(Outcome.Correct);

    /// <summary>Samples that ended by themselves.</summary>
    [JsonIgnore]
    public int Finished => Samples - Count(Outcome.Truncated);

    [JsonIgnore]
    public long TotalTokens => Tokens.Sum(t => (long)t);

    public int Count(Outcome outcome) => Outcomes.Count(o => o == Letter(outcome));

    /// <summary>Samples that were correct and ended within so many tokens: what a shorter response limit would have left correct, as the same
    /// tokens are drawn whatever the limit.</summary>
    public int CorrectWithin(int limit) => Outcomes.Zip(Tokens).Count(s => s.First == Letter(Outcome.Correct) && s.Second <= limit);

    /// <summary>Tokens generated when each response is cut at the limit.</summary>
    public long TokensWithin(int limit) => Tokens.Sum(t => (long)Math.Min(t, limit));

    /// <summary>See <see cref="Majority.AtK"/>, over the scored samples.</summary>
    /// <param name="k">1 … <see cref="Scored"/>.</param>
    public double MajorityAt(int k)
    {
        List<int> scored = [.. Enumerable.Range(0, Samples).Where(i => Outcomes[i] != Letter(Outcome.Unscored))];
        return Majority.AtK([.. scored.Select(i => Answers[i])], [.. scored.Select(i => Outcomes[i] == Letter(Outcome.Correct))], k);
    }

    /// <param name="samples">In sample order.</param>
    public static QuestionResult Of(IReadOnlyCollection<Rollout> samples, SkillMetrics? skills = null) =>
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
