using SkillFactory.Cli.Progress;

namespace SkillFactory.Cli.Running;

/// <summary>Writes the run folder after finished stages, one export at a time; requests that come while one is written are met by
/// a single further one.</summary>
internal sealed class PartialExport(Func<CancellationToken, Task> export, IProgressDisplay display) : IAsyncDisposable
{
    private readonly SemaphoreSlim _wanted = new(0, 1);
    private readonly CancellationTokenSource _end = new();
    private Task? _loop;

    /// <summary>A stage finished: the folder is out of date. Returns at once.</summary>
    public void Request()
    {
        _loop ??= Task.Run(RunAsync);
        if (_wanted.CurrentCount == 0)
        {
            _wanted.Release();
        }
    }

    /// <summary>Lets the export in progress finish, and begins no other.</summary>
    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        if (_loop is not null)
        {
            await _loop;
        }

        _end.Dispose();
        _wanted.Dispose();
    }

    private async Task RunAsync()
    {
        while (true)
        {
            try
            {
                await _wanted.WaitAsync(_end.Token);
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
                // The run goes on; the export at its end reports what is still wrong.
                display.Notice($"the run folder could not be brought up to date: {e.Message.ReplaceLineEndings(" ")}");
            }
        }
    }
}
