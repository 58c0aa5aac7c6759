using System.Diagnostics;
using System.Runtime.InteropServices;

namespace SkillFactory.ProcessTests;

/// <summary>The program in a separate process. Its output is read line by line while it runs.</summary>
internal sealed class CliProcess : IDisposable
{
    /// <summary>Only limits processes that hang; no test takes a tenth of it.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(5);

    private const int SigInt = 2;
    private const int SigTerm = 15;

    private readonly Process _process;
    private readonly Task<string> _error;
    private readonly Task _reading;
    private readonly List<string> _lines = [];
    private TaskCompletionSource _nextLine = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private CliProcess(Process process)
    {
        _process = process;
        _error = process.StandardError.ReadToEndAsync();
        _reading = ReadAsync();
    }

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    public static CliProcess Start(params IEnumerable<string> arguments) => StartIn(AppContext.BaseDirectory, [], arguments);

    /// <param name="input">What the standard input, a pipe, holds.</param>
    public static CliProcess StartWithInput(string input, params IEnumerable<string> arguments) =>
        StartIn(AppContext.BaseDirectory, [], arguments, input);

    /// <param name="folder">Folder of the program's files.</param>
    /// <param name="environment">Additional environment variables.</param>
    /// <param name="arguments">Command-line arguments.</param>
    /// <param name="input">What the standard input, a pipe, holds; null: that of this process.</param>
    public static CliProcess StartIn(
        string folder,
        IEnumerable<(string Name, string Value)> environment,
        IEnumerable<string> arguments,
        string? input = null
    )
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(folder, "skillfactory.dll"), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = input is not null,
            WorkingDirectory = folder,
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        var process = Process.Start(start)!;
        if (input is not null)
        {
            process.StandardInput.Write(input);
            process.StandardInput.Close();
        }

        return new CliProcess(process);
    }

    /// <summary>Waits until a line contains the text. Returns false if the process ends without it.</summary>
    public async Task<bool> WaitForOutputAsync(string text)
    {
        using var limit = new CancellationTokenSource(Timeout);
        while (true)
        {
            Task next;
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

                next = Task.WhenAny(_nextLine.Task, _reading);
            }

            await next.WaitAsync(limit.Token);
        }
    }

    /// <summary>Kills the process (SIGKILL), so that it cannot clean up.</summary>
    public void Kill() => _process.Kill();

    /// <summary>Sends SIGINT, as Ctrl-C does. If the process ignores SIGINT, like background jobs of a script, sends SIGTERM, which has
    /// the same effect.</summary>
    public void Interrupt() => Assert.Equal(0, Signal(_process.Id, IgnoresInterrupt() ? SigTerm : SigInt));

    public async Task<(int Exit, string Out, string Error)> WaitForExitAsync()
    {
        using var limit = new CancellationTokenSource(Timeout);
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
            TaskCompletionSource arrived;
            lock (_lines)
            {
                _lines.Add(line);
                (arrived, _nextLine) = (_nextLine, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
            }

            arrived.SetResult();
        }
    }

    private bool IgnoresInterrupt()
    {
        var status = $"/proc/{_process.Id}/status";
        return File.Exists(status)
            && File.ReadLines(status).FirstOrDefault(l => l.StartsWith("SigIgn:", StringComparison.Ordinal)) is { } mask
            && (Convert.ToUInt64(mask[7..].Trim(), 16) & (1UL << (SigInt - 1))) != 0;
    }

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Signal(int process, int number);
}
