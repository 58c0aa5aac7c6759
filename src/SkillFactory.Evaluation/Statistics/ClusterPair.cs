namespace SkillFactory.Evaluation.Statistics;

/// <summary>The same question answered by two models.</summary>
public readonly record struct ClusterPair(Cluster Left, Cluster Right)
{
    public static ClusterPair operator +(ClusterPair a, ClusterPair b) => new(a.Left + b.Left, a.Right + b.Right);
}
