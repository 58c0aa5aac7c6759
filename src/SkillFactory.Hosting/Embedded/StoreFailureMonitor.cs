using Microsoft.Extensions.Logging;
using SkillFactory.Primitives.Errors;
using SkillFactory.Storage.Artifacts;

namespace SkillFactory.Hosting.Embedded;

/// <summary>
/// Detects from the log of the embedded server that its append-only file cannot be written. The server then no longer answers writes and
/// reports the failure only in its log, so grains that store state would wait forever.
/// </summary>
internal sealed class StoreFailureMonitor(string folder) : ILoggerProvider
{
    /// <summary>Log category of the append-only file.</summary>
    private const string AppendOnlyFileCategory = "GarnetLog";

    /// <summary>With less free space (1 MiB), a failed write is attributed to a full disk.</summary>
    private const long FullDiskThreshold = 1 << 20;

    private readonly TaskCompletionSource _failed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Faults, with a message for the user, when the store can no longer be written. Never completes otherwise.</summary>
    public Task Failed => _failed.Task;

    /// <summary>The first logged error of any category; null if there is none.</summary>
    public Exception? FirstError { get; private set; }

    public ILogger CreateLogger(string categoryName) =>
        new CategoryLogger(this, categoryName.StartsWith(AppendOnlyFileCategory, StringComparison.Ordinal));

    public void Dispose() { }

    private void OnError(Exception error, bool isAppendOnlyFile)
    {
        FirstError ??= error;
        if (isAppendOnlyFile)
        {
            var cause =
                FreeSpace.Of(folder) < FullDiskThreshold ? "the disk is full. Free some space" : $"{error.Message}. Repair the disk";
            _failed.TrySetException(
                new UserErrorException(
                    $"The experiments' state in {folder} cannot be written: {cause} and continue with --resume. Finished work is not lost.",
                    error
                )
            );
        }
    }

    private sealed class CategoryLogger(StoreFailureMonitor monitor, bool isAppendOnlyFile) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        )
        {
            if (logLevel >= LogLevel.Error)
            {
                monitor.OnError(exception ?? new InvalidOperationException(formatter(state, exception)), isAppendOnlyFile);
            }
        }
    }
}
