namespace SkillFactory.Core.Advantages;

/// <summary>One response that contributes to the loss.</summary>
/// <param name="Group">Index of its group in the step.</param>
/// <param name="Sample">Index in its group.</param>
/// <param name="Advantage">Advantage of all its tokens, before credits.</param>
/// <param name="Length">Number of response tokens.</param>
public sealed record GrpoSample(int Group, int Sample, double Advantage, int Length)
{
    /// <summary>Additions to the advantages of token ranges.</summary>
    public IReadOnlyList<TokenCredit> Credits { get; init; } = [];

    /// <summary>[Length]: the advantage of every response token.</summary>
    public float[] TokenAdvantages()
    {
        var advantages = new double[Length];
        Array.Fill(advantages, Advantage);
        foreach (var credit in Credits)
        {
            for (var t = credit.Start; t < Math.Min(credit.End, Length); t++)
            {
                advantages[t] += credit.Advantage;
            }
        }

        return Array.ConvertAll(advantages, a => (float)a);
    }
}
