namespace SkillFactory.Engine.Training;

/// <summary>One check of the <see cref="NumericalContract"/>.</summary>
/// <param name="Name">What was compared.</param>
/// <param name="Difference">Largest absolute difference, for gradients relative to the gradient's norm.</param>
/// <param name="Limit">Largest allowed difference.</param>
public sealed record ContractCheck(string Name, double Difference, double Limit)
{
    public bool Holds => Difference <= Limit;
}
