using System.Text.Json.Serialization;

namespace SkillFactory.Primitives.Errors;

/// <summary>
/// Why a piece of work failed, as data: it keeps its origin on the way from a worker through grain messages and stored state to the
/// terminal. Stack traces stay in the log of the process where the exception was thrown.
/// </summary>
/// <param name="Message">What the user reads.</param>
/// <param name="IsUserError">Whether the user can fix it (a full disk, a damaged file); the message then says how.</param>
/// <param name="Cause">The exception and its inner exceptions as "Type: message", one a line, outermost first; empty
/// when no exception caused it.</param>
/// <param name="Origin">Where it happened, e.g. "slot gpu-1/cuda/0"; null when unknown.</param>
public sealed record Failure(string Message, bool IsUserError, string Cause, string? Origin = null)
{
    /// <inheritdoc cref="UserErrorException.Repeats"/>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Repeats { get; init; }

    /// <summary>Describes an exception. One that carries a failure from elsewhere (<see cref="FailureException"/>) yields that failure, so
    /// that the first description survives; a <see cref="UserErrorException"/> anywhere in the chain makes it a user error.</summary>
    /// <param name="exception">What ended the work.</param>
    /// <param name="origin">Where this code runs; used unless the exception carries a failure with an origin.</param>
    public static Failure From(Exception exception, string? origin = null)
    {
        var chain = ExceptionChain.Of(exception).ToList();
        if (chain.OfType<FailureException>().FirstOrDefault() is { Failure: { } carried })
        {
            return carried with { Origin = carried.Origin ?? origin };
        }

        var userError = chain.OfType<UserErrorException>().FirstOrDefault();
        return new Failure(
            (userError ?? exception).Message,
            userError is not null,
            string.Join('\n', chain.Select(e => $"{e.GetType().Name}: {e.Message.ReplaceLineEndings(" ")}")),
            origin
        )
        {
            Repeats = userError is { Repeats: true },
        };
    }
}
