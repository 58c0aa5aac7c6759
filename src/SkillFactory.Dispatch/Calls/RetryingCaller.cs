using Microsoft.Extensions.Logging;

namespace SkillFactory.Dispatch.Calls;

/// <summary>Makes calls that are safe to repeat until somebody answers, however long that takes: what a stage of hours waits for may be away for
/// minutes. Use it on a grain's scheduler; every continuation stays there.</summary>
public sealed partial class RetryingCaller(TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    /// <param name="whom">Whom the call is to, in words.</param>
    /// <param name="call">Idempotent.</param>
    /// <param name="waiting">Told what is waited for after a failure, and "" when the answer is there.</param>
    /// <param name="cancellationToken">The only thing that ends the asking.</param>
    /// <exception cref="Exception">Whatever the answer was, if it was an error.</exception>
    public async Task<T> CallAsync<T>(string whom, Func<Task<T>> call, Func<string, Task>? waiting, CancellationToken cancellationToken)
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
                failure = e.Message.ReplaceLineEndings(" ");
                LogNoAnswer(whom, (int)time.GetElapsedTime(since).TotalSeconds, failure);
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
                await waiting($"{whom}, which does not answer");
            }

            await Task.Delay(pause, time, cancellationToken);
            pause = pause + pause < LongestPause ? pause + pause : LongestPause;
        }
    }

    /// <summary>The same for a call without an answer.</summary>
    public Task CallAsync(string whom, Func<Task> call, Func<string, Task>? waiting, CancellationToken cancellationToken) =>
        CallAsync(
            whom,
            async () =>
            {
                await call();
                return true;
            },
            waiting,
            cancellationToken
        );

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Whom} has not answered for {Seconds} s; asking again. {Reason}")]
    private partial void LogNoAnswer(string whom, int seconds, string reason);
}
