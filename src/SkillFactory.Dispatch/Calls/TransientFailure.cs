using System.Text.RegularExpressions;
using Orleans.Runtime;
using SkillFactory.Contracts.State;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Dispatch.Calls;

/// <summary>Tells calls that could not be delivered or answered from calls that were answered with an error. The former succeed later by
/// themselves: a lost silo's grains move, Redis restarts, a rejected message is sent again.</summary>
public static class TransientFailure
{
    // Orleans throws an ArgumentException with this text while no silo hosts the grain; it has no type of its own for that.
    private const string NoHost = "Could not find an implementation for interface";

    /// <summary>Whether the same call may succeed later. True for cancellation: callers that cancel know that they did. Failures of grain
    /// storage are <see cref="OrleansException"/>s; those about a stored record that this build cannot read do not pass.</summary>
    public static bool Is(Exception exception) =>
        exception switch
        {
            RegexMatchTimeoutException => false,
            TimeoutException or OperationCanceledException => true,
            OrleansException => !ExceptionChain.Of(exception).OfType<StateFormatException>().Any(),
            ArgumentException => exception.Message.StartsWith(NoHost, StringComparison.Ordinal),
            AggregateException { InnerException: { } inner } => Is(inner),
            _ => false,
        };
}
