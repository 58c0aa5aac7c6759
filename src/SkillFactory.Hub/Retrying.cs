namespace SkillFactory.Hub;

/// <summary>Repeats network work that failed in a way that may pass.</summary>
/// <param name="firstWait">Wait after the first failure; it doubles with each further one.</param>
internal sealed class Retrying(TimeSpan firstWait)
{
    /// <summary>Failures in a row, without any progress between them, after which the last one is thrown.</summary>
    private const int Limit = 5;

    public static Retrying Usual { get; } = new(TimeSpan.FromMilliseconds(500));

    /// <param name="work">Work that can be repeated.</param>
    /// <param name="progressed">Whether the failed attempt came further than the one before. If so, the failures are counted from one
    /// again.</param>
    public async Task<T> RunAsync<T>(Func<Task<T>> work, Func<bool> progressed, CancellationToken cancellationToken)
    {
        for (var failures = 1; ; failures++)
        {
            try
            {
                return await work();
            }
            catch (Exception error) when (error is HttpRequestException or TransferException && !cancellationToken.IsCancellationRequested)
            {
                failures = progressed() ? 1 : failures;
                if (failures >= Limit)
                {
                    throw;
                }

                await Task.Delay(firstWait * Math.Pow(2, failures - 1), cancellationToken);
            }
        }
    }
}
