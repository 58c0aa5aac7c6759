namespace SkillFactory.Contracts.State;

/// <summary>Stored grain state that this build cannot read. Repeating the call does not help.</summary>
public sealed class StateFormatException : Exception
{
    public StateFormatException(string message)
        : base(message) { }

    public StateFormatException(string message, Exception inner)
        : base(message, inner) { }
}
