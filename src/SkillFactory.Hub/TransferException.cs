namespace SkillFactory.Hub;

/// <summary>A transfer that broke, ended early or brought other bytes than the hub promised. Another try may help.</summary>
public sealed class TransferException : Exception
{
    public TransferException(string message)
        : base(message) { }

    public TransferException(string message, Exception inner)
        : base(message, inner) { }
}
