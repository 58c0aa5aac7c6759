using System.Text.RegularExpressions;
using SkillFactory.Contracts.State;

namespace SkillFactory.Dispatch.Calls;

/// <summary>Tells a call that found nobody to answer from one that was answered with an error. The first passes by itself (a silo is lost and its grains
/// move, Redis restarts, a message is turned away); the second does not.</summary>
public static class TransientFailure
{
    /// <summary>By name: who waits for a grain need not know what its state is stored with.</summary>
    private static readonly string[] StorageFailures = ["RedisStorageException", "RedisConnectionException", "RedisTimeoutException"];

    /// <summary>What Orleans says of a grain that no silo of the cluster hosts, for the moment: all that do have gone.</summary>
    private const string NoHost = "Could not find an implementation for interface";

    /// <summary>Whether the same call may go well a moment later. A call that its caller cancelled is for the caller to tell.</summary>
    public static bool Is(Exception exception) =>
        exception is (TimeoutException and not RegexMatchTimeoutException) or Orleans.Runtime.OrleansException or OperationCanceledException
        || StorageFailures.Contains(exception.GetType().Name)
        || (exception is ArgumentException && exception.Message.StartsWith(NoHost, StringComparison.Ordinal))
            ? !exception.ToString().Contains(nameof(StateFormatException), StringComparison.Ordinal)
            : exception.InnerException is { } inner && exception is AggregateException && Is(inner);
}
