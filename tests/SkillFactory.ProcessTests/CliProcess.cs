using System.Diagnostics;
using System.Runtime.InteropServices;

namespace SkillFactory.ProcessTests;

/// <summary>The program as a process of its own. Its lines are read as they come.</summary>
internal sealed class CliProcess : IDisposable
{
    /// <summary>Only for a process that hangs; nothing here takes a tenth of it.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private const int Interrupted = 2;
    private const int Terminate = 15;

    private readonly Process _process;
    private readonly Task<string> _error;
    private readonly Task _reading;
    private readonly List<string> _lines = [];
    private TaskCompletionSource _news = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private CliProcess(Process process)
    {
        _process = process;
        _error = process.StandardError.ReadToEndAsync();
        _reading = ReadAsync();
    }

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    public static CliProcess Start(params IEnumerable<string> words) => StartIn(AppContext.BaseDirectory, [], words);

    /// <param name="folder">Of the program's files.</param>
    /// <param name="environment">Variables it gets besides ours.</param>
    /// <param name="words">The command line.</param>
    public static CliProcess StartIn(string folder, IEnumerable<(string Name, string Value)> environment, IEnumerable<string> words)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(folder, "skillfactory.dll"), .. words])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder,
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return new CliProcess(Process.Start(start)!);
    }

    /// <summary>Waits until a line holds the text. False: the process ended without it.</summary>
    public async Task<bool> SeesAsync(string text)
    {
        using var limit = new CancellationTokenSource(Patience);
        while (true)
        {
            Task news;
            lock (_lines)
            {
                if (_lines.Any(line => line.Contains(text, StringComparison.Ordinal)))
                {
                    return true;
                }

                if (_reading.IsCompleted)
                {
                    return false;
                }

                news = Task.WhenAny(_news.Task, _reading);
            }

            await news.WaitAsync(limit.Token);
        }
    }

    /// <summary>Ends the process with no chance to clean up (SIGKILL).</summary>
    public void Kill() => _process.Kill();

    /// <summary>What Ctrl-C does. Where the surroundings have children ignore SIGINT (a job in a script's background), the program takes
    /// SIGTERM for the same.</summary>
    public void Interrupt() => Assert.Equal(0, Signal(_process.Id, IgnoresInterrupt() ? Terminate : Interrupted));

    public async Task<(int Exit, string Out, string Error)> EndAsync()
    {
        using var limit = new CancellationTokenSource(Patience);
        await _process.WaitForExitAsync(limit.Token);
        await _reading;
        return (_process.ExitCode, string.Join('\n', _lines), await _error);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
    }

    private async Task ReadAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            TaskCompletionSource news;
            lock (_lines)
            {
                _lines.Add(line);
                (news, _news) = (_news, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
            }

            news.SetResult();
        }
    }

    private bool IgnoresInterrupt()
    {
        var status = $"/proc/{_process.Id}/status";
        return File.Exists(status)
            && File.ReadLines(status).FirstOrDefault(l => l.StartsWith("SigIgn:", StringComparison.Ordinal)) is { } mask
            && (Convert.ToUInt64(mask[7..].Trim(), 16) & (1UL << (Interrupted - 1))) != 0;
    }

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Signal(int process, int number);
}
