using SkillFactory.Evaluation.Statistics;

namespace SkillFactory.Evaluation.Summaries;

/// <summary>What one question contributes to a figure; weight 0 for nothing.</summary>
public delegate Cluster Measure(QuestionResult question);

/// <summary>The figures that are taken over questions.</summary>
public static class Measures
{
    /// <summary>mean@k: correct of the scored samples.</summary>
    public static Cluster Accuracy(QuestionResult q) => new(q.Correct, q.Scored);

    /// <summary>Generated tokens per sample.</summary>
    public static Cluster Tokens(QuestionResult q) => new(q.TotalTokens, q.Samples);

    /// <summary>Samples that ended by themselves.</summary>
    public static Cluster Finished(QuestionResult q) => new(q.Finished, q.Samples);

    /// <summary>Accuracy with a response limit at or below the one that was sampled with.</summary>
    /// <param name="limit">In tokens.</param>
    public static Measure AccuracyWithin(int limit) => q => new Cluster(q.CorrectWithin(limit), q.Scored);

    /// <summary>Generated tokens per sample with such a limit.</summary>
    public static Measure TokensWithin(int limit) => q => new Cluster(q.TokensWithin(limit), q.Samples);

    public static Measure PassAtK(int k) =>
        q => q.Scored < k ? default : new Cluster(Statistics.PassAtK.Unbiased(q.Scored, q.Correct, k), 1);

    public static Measure MajorityAtK(int k) => q => q.Scored < k ? default : new Cluster(q.MajorityAt(k), 1);

    /// <summary>A figure of skill use; nothing where attempts were not graded.</summary>
    public static Measure Skill(Func<SkillMetrics, Cluster> of) => q => q.Skills is { } skills ? of(skills) : default;
}
