using SkillFactory.Evaluation.Statistics;

namespace SkillFactory.Evaluation.Summaries;

/// <summary>What one question adds to a mean or a share. A weight of 0 excludes the question.</summary>
public delegate Cluster Measure(QuestionResult question);
