namespace SkillFactory.Primitives.Errors;

/// <summary>Work that ran elsewhere failed; carries its failure up to where this process reports or stores it.</summary>
public sealed class FailureException(Failure failure) : Exception(failure.Message)
{
    public Failure Failure { get; } = failure;
}
