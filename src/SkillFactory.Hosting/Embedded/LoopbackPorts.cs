using System.Net;
using System.Net.Sockets;

namespace SkillFactory.Hosting.Embedded;

/// <summary>Free loopback ports. Another process may take one before it is used, so starts are tried again.</summary>
internal static class LoopbackPorts
{
    private const int Attempts = 3;

    /// <summary>Calls <paramref name="start"/> with <paramref name="count"/> distinct free ports; again with others if one was taken meanwhile.</summary>
    public static async Task<T> WithFreePortsAsync<T>(int count, Func<IReadOnlyList<int>, Task<T>> start)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await start(Find(count));
            }
            catch (Exception e) when (attempt < Attempts && IsPortTaken(e))
            {
                // Next ports.
            }
        }
    }

    private static List<int> Find(int count)
    {
        // All are held until the last is found, so that they differ.
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
