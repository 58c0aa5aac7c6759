using Microsoft.Extensions.Logging;

namespace SkillFactory.Dispatch.Calls;

/// <summary>Repeats idempotent calls until they are answered. A stage takes hours, and a grain that it needs may be unreachable for
/// minutes, so there is no limit but cancellation. Use it on a grain's scheduler; every continuation stays there.</summary>
public sealed partial class RetryingCaller(TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    /// <param name="callee">Who is called, for display.</param>
    /// <param name="call">Idempotent.</param>
    /// <param name="waiting">Receives what is waited for after a failed call, and "" once the callee answers again; null for no
    /// reports.</param>
    /// <param name="cancellationToken">Ends the repetition.</param>
    /// <returns>The answer.</returns>
    /// <exception cref="Exception">Any error that is not transient (<see cref="TransientFailure"/>).</exception>
    public async Task<T> CallAsync<T>(string callee, Func<Task<T>> call, Func<string, Task>? waiting, CancellationToken cancellationToken)
    {
        var pause = FirstPause;
        for (var since = time.GetTimestamp(); ; )
        {
            T? answer = default;
            var failure = "";
            try
            {
                answer = await call();
            }
            catch (Exception e) when (TransientFailure.Is(e) && !cancellationToken.IsCancellationRequested)
            {
                failure = $"{e.GetType().Name}: {e.Message.ReplaceLineEndings(" ")}";
                LogNoAnswer(callee, (int)time.GetElapsedTime(since).TotalSeconds, failure);
            }

            if (failure.Length == 0)
            {
                if (pause > FirstPause && waiting is not null)
                {
                    await waiting("");
                }

                return answer!;
            }

            if (waiting is not null)
            {
                await waiting($"{callee}, which does not answer");
            }

            await Task.Delay(pause, time, cancellationToken);
            pause = pause + pause < LongestPause ? pause + pause : LongestPause;
        }
    }

    /// <summary>The same for a call without an answer.</summary>
    public Task CallAsync(string callee, Func<Task> call, Func<string, Task>? waiting, CancellationToken cancellationToken) =>
        CallAsync(
            callee,
            async () =>
            {
                await call();
                return true;
            },
            waiting,
            cancellationToken
        );

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Callee} has not answered for {Seconds} s; calling again. {Reason}")]
    private partial void LogNoAnswer(string callee, int seconds, string reason);
}
