using SkillFactory.Evaluation.Statistics;

namespace SkillFactory.Evaluation.Summaries;

/// <summary>The measures that are averaged over questions.</summary>
public static class Measures
{
    /// <summary>mean@k: correct samples.</summary>
    public static Cluster Accuracy(QuestionResult q) => new(q.Correct, q.Samples);

    /// <summary>Generated tokens per sample.</summary>
    public static Cluster Tokens(QuestionResult q) => new(q.TotalTokens, q.Samples);

    /// <summary>Samples that ended before the limit.</summary>
    public static Cluster Finished(QuestionResult q) => new(q.Finished, q.Samples);

    /// <summary>Accuracy under a shorter response limit.</summary>
    /// <param name="limit">Limit in tokens, at most the one used for sampling.</param>
    public static Measure AccuracyWithin(int limit) => q => new Cluster(q.CorrectWithin(limit), q.Samples);

    /// <summary>Generated tokens per sample under a shorter response limit.</summary>
    public static Measure TokensWithin(int limit) => q => new Cluster(q.TokensWithin(limit), q.Samples);

    public static Measure PassAtK(int k) =>
        q => q.Samples < k ? default : new Cluster(Statistics.PassAtK.Unbiased(q.Samples, q.Correct, k), 1);

    public static Measure MajorityAtK(int k) => q => q.Samples < k ? default : new Cluster(q.MajorityAt(k), 1);

    /// <summary>A measure of skill use. Excludes questions whose attempts were not graded.</summary>
    public static Measure Skill(Func<SkillCounts, Cluster> of) => q => q.Skills is { } skills ? of(skills) : default;
}
