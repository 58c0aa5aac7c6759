namespace SkillFactory.Core.Tasks.Countdown;

/// <summary>One step of a left-to-right chain.</summary>
public readonly record struct ChainStep(long Left, char Operator, long Right, long Result)
{
    /// <summary>"8*6=48".</summary>
    public override string ToString() => $"{Left}{Operator}{Right}={Result}";
}
