namespace SkillFactory.Contracts.Messages;

/// <summary>A grain call whose request or reply is too large to send. Send large content as an artifact reference.</summary>
[GenerateSerializer, Alias("skillfactory.oversized-message")]
public sealed class OversizedMessageException(string method, bool isReply, long bytes, long limit)
    : Exception(
        $"The {(isReply ? "reply of" : "request to")} {method} has {bytes:N0} bytes; grain messages carry at most {limit:N0}. "
            + "Put the content into the artifact store and send its reference."
    )
{
    /// <summary>"Interface.Method".</summary>
    [Id(0)]
    public string Method { get; } = method;

    /// <summary>Size of the serialized message in bytes.</summary>
    [Id(1)]
    public long Bytes { get; } = bytes;
}
