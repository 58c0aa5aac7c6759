using Microsoft.Extensions.Logging;
using SkillFactory.Primitives.Errors;
using SkillFactory.Storage.Artifacts;

namespace SkillFactory.Hosting.Embedded;

/// <summary>
/// Hears from the embedded server's own log when its append-only file cannot be written. From then on the server answers no write, and says so to
/// nobody else: every grain that stores its state would wait for ever.
/// </summary>
internal sealed class StoreWatch(string folder) : ILoggerProvider
{
    /// <summary>Category of the append-only file's messages.</summary>
    private const string AppendOnlyFile = "GarnetLog";

    /// <summary>With less than this free, a failed write needs no other reason: 1 MiB.</summary>
    private const long NoRoom = 1 << 20;

    private readonly TaskCompletionSource _failed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Faults, with a message for a person, when the store can no longer be written. Never completes otherwise.</summary>
    public Task Failed => _failed.Task;

    /// <summary>The first error of any kind since the watch began; null while there is none.</summary>
    public Exception? FirstError { get; private set; }

    public ILogger CreateLogger(string categoryName) =>
        new Category(this, categoryName.StartsWith(AppendOnlyFile, StringComparison.Ordinal));

    public void Dispose() { }

    private void Hear(Exception error, bool ofAppendOnlyFile)
    {
        FirstError ??= error;
        if (ofAppendOnlyFile)
        {
            var why = FreeSpace.Of(folder) < NoRoom ? "its disk is full. Make room" : $"{error.Message}. Mend the disk";
            _failed.TrySetException(
                new UserErrorException(
                    $"The experiments' state in {folder} cannot be written: {why} and go on with --resume; nothing that was finished is lost.",
                    error
                )
            );
        }
    }

    private sealed class Category(StoreWatch watch, bool isAppendOnlyFile) : ILogger
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
                watch.Hear(exception ?? new InvalidOperationException(formatter(state, exception)), isAppendOnlyFile);
            }
        }
    }
}
