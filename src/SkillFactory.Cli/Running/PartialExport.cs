using SkillFactory.Cli.Progress;

namespace SkillFactory.Cli.Running;

/// <summary>Writes the run folder each time a stage finishes. Requests during an export are combined into one further export.</summary>
internal sealed class PartialExport(Func<CancellationToken, Task> export, IProgressDisplay display) : IAsyncDisposable
{
    private readonly SemaphoreSlim _requests = new(0, 1);
    private readonly CancellationTokenSource _end = new();
    private Task? _loop;

    /// <summary>Requests an export and returns at once.</summary>
    public void Request()
    {
        _loop ??= Task.Run(RunAsync);
        if (_requests.CurrentCount == 0)
        {
            _requests.Release();
        }
    }

    /// <summary>Waits for the current export and starts no other.</summary>
    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        if (_loop is not null)
        {
            await _loop;
        }

        _end.Dispose();
        _requests.Dispose();
    }

    private async Task RunAsync()
    {
        while (true)
        {
            try
            {
                await _requests.WaitAsync(_end.Token);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            try
            {
                await export(CancellationToken.None);
            }
            catch (Exception e)
            {
                // The run continues; the export at its end fails with the same error if the cause persists.
                display.ShowNotice($"the run folder could not be updated: {e.Message.ReplaceLineEndings(" ")}");
            }
        }
    }
}
