using System.Text;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace SkillFactory.Hosting.Embedded;

/// <summary>Logs to <c>skillfactory.log</c> and keeps the logs of earlier processes as <c>skillfactory.1.log</c> (the latest) to
/// <c>skillfactory.9.log</c>. Writes are asynchronous.</summary>
internal sealed class RunLog : ILoggerProvider, IAsyncDisposable
{
    private const int MaxKept = 9;

    private readonly Channel<string> _lines = Channel.CreateUnbounded<string>(new UnboundedChannelOptions { SingleReader = true });
    private readonly StreamWriter _file;
    private readonly Task _writing;
    private readonly TimeProvider _time;

    public RunLog(string folder, TimeProvider time)
    {
        Directory.CreateDirectory(folder);
        Roll(folder);
        _time = time;
        _file = new StreamWriter(
            new FileStream(PathOf(folder, 0), FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete),
            new UTF8Encoding(false)
        );
        _writing = WriteAsync();
    }

    public ILogger CreateLogger(string categoryName) => new CategoryLogger(this, categoryName);

    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    public async ValueTask DisposeAsync()
    {
        _lines.Writer.TryComplete();
        await _writing;
        await _file.DisposeAsync();
    }

    private static string PathOf(string folder, int age) => Path.Combine(folder, age == 0 ? "skillfactory.log" : $"skillfactory.{age}.log");

    private static void Roll(string folder)
    {
        for (var age = MaxKept - 1; age >= 0; age--)
        {
            if (File.Exists(PathOf(folder, age)))
            {
                File.Move(PathOf(folder, age), PathOf(folder, age + 1), overwrite: true);
            }
        }
    }

    private async Task WriteAsync()
    {
        while (await _lines.Reader.WaitToReadAsync())
        {
            try
            {
                while (_lines.Reader.TryRead(out var line))
                {
                    await _file.WriteLineAsync(line);
                }

                await _file.FlushAsync();
            }
            catch (IOException)
            {
                // An unwritable log must not end the run. A full disk is reported by the store and the artifact writers.
            }
        }
    }

    private sealed class CategoryLogger(RunLog log, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        )
        {
            var text = $"{log._time.GetUtcNow():yyyy-MM-ddTHH:mm:ss.fffZ} {Abbreviate(logLevel)} {category}: {formatter(state, exception)}";
            log._lines.Writer.TryWrite(exception is null ? text : $"{text}{Environment.NewLine}{exception}");
        }

        private static string Abbreviate(LogLevel level) =>
            level switch
            {
                LogLevel.Trace => "trce",
                LogLevel.Debug => "dbug",
                LogLevel.Information => "info",
                LogLevel.Warning => "warn",
                LogLevel.Error => "fail",
                _ => "crit",
            };
    }
}
