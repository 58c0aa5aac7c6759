using System.Net;
using System.Net.Sockets;

namespace SkillFactory.Hosting.Embedded;

/// <summary>Finds free loopback ports. Another process may take one before it is used, so starts are retried.</summary>
internal static class LoopbackPorts
{
    private const int MaxTries = 3;

    /// <summary>Calls <paramref name="start"/> with <paramref name="count"/> distinct free ports, and again with others if another
    /// process has taken one.</summary>
    public static async Task<T> WithFreePortsAsync<T>(int count, Func<IReadOnlyList<int>, Task<T>> start)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                return await start(Find(count));
            }
            catch (Exception e) when (tries < MaxTries && IsPortTaken(e))
            {
                // Retry with other ports.
            }
        }
    }

    private static List<int> Find(int count)
    {
        // All ports are held until the last is found, so that they differ.
        var listeners = new List<TcpListener>();
        try
        {
            for (var i = 0; i < count; i++)
            {
                var listener = new TcpListener(IPAddress.Loopback, 0);
                listeners.Add(listener);
                listener.Start();
            }

            return [.. listeners.Select(l => ((IPEndPoint)l.LocalEndpoint).Port)];
        }
        finally
        {
            listeners.ForEach(l => l.Dispose());
        }
    }

    private static bool IsPortTaken(Exception e) =>
        e is SocketException { SocketErrorCode: SocketError.AddressAlreadyInUse }
        || (e is AggregateException all && all.InnerExceptions.Any(IsPortTaken))
        || (e.InnerException is { } inner && IsPortTaken(inner));
}
