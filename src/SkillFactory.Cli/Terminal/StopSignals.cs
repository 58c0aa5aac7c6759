using System.Runtime.InteropServices;

namespace SkillFactory.Cli.Terminal;

/// <summary>Ctrl-C and SIGTERM: the first asks for a clean stop, the second ends the process at once.</summary>
internal sealed class StopSignals : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly List<PosixSignalRegistration> _registrations = [];
    private readonly Action _exit;
    private int _count;

    /// <param name="exit">Ends the process; called on the second signal.</param>
    internal StopSignals(Action exit)
    {
        _exit = exit;
    }

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Requested => _stop.Token;

    /// <summary>Runs before a second signal ends the process, e.g. to restore the cursor.</summary>
    public Action? BeforeExit { get; set; }

    /// <summary>Listens to the signals of this process.</summary>
    public static StopSignals OfProcess()
    {
        var signals = new StopSignals(() => Environment.Exit(ExitCodes.Interrupted));
        foreach (var signal in (PosixSignal[])[PosixSignal.SIGINT, PosixSignal.SIGTERM])
        {
            signals._registrations.Add(PosixSignalRegistration.Create(signal, context =>
                {
                    context.Cancel = true;
                    signals.Raise();
                }));
        }

        return signals;
    }

    /// <summary>Handles one signal.</summary>
    internal void Raise()
    {
        if (Interlocked.Increment(ref _count) == 1)
        {
            // Continuations must not run on the signal thread: it has to be free for the second signal.
            _ = Task.Run(_stop.Cancel);
            return;
        }

        BeforeExit?.Invoke();
        _exit();
    }

    public void Dispose()
    {
        foreach (var registration in _registrations)
        {
            registration.Dispose();
        }

        _stop.Dispose();
    }
}
