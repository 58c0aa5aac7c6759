namespace SkillFactory.Evaluation.Statistics;

/// <summary>What one cluster (a question with all its samples) adds to a ratio of sums. For an accuracy, the total is the number of correct
/// samples and the weight is the number of samples. For a mean over questions, each weight is 1.</summary>
public readonly record struct Cluster(double Total, double Weight)
{
    public static Cluster operator +(Cluster a, Cluster b) => new(a.Total + b.Total, a.Weight + b.Weight);
}
