using System.Text;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace SkillFactory.Hosting.Embedded;

/// <summary>Logs to <c>logs/skillfactory.log</c>; the logs of earlier runs are <c>skillfactory.1.log</c> (the last) to
/// <c>skillfactory.9.log</c>. Callers never wait for the disk.</summary>
internal sealed class RunLog : ILoggerProvider, IAsyncDisposable
{
    private const int Kept = 9;

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

    private static string PathOf(string folder, int run) => Path.Combine(folder, run == 0 ? "skillfactory.log" : $"skillfactory.{run}.log");

    private static void Roll(string folder)
    {
        for (var run = Kept - 1; run >= 0; run--)
        {
            if (File.Exists(PathOf(folder, run)))
            {
                File.Move(PathOf(folder, run), PathOf(folder, run + 1), overwrite: true);
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
                // A full disk must not end the run through its log; what matters is written elsewhere and says so.
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
            var text = $"{log._time.GetUtcNow():yyyy-MM-ddTHH:mm:ss.fffZ} {Short(logLevel)} {category}: {formatter(state, exception)}";
            log._lines.Writer.TryWrite(exception is null ? text : $"{text}{Environment.NewLine}{exception}");
        }

        private static string Short(LogLevel level) =>
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
