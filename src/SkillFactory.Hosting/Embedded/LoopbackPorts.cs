using System.Net;
using System.Net.Sockets;

namespace SkillFactory.Hosting.Embedded;

/// <summary>Finds a free loopback port. Another process may take it before it is used, so starts are retried.</summary>
internal static class LoopbackPorts
{
    private const int MaxTries = 3;

    /// <summary>Calls <paramref name="start"/> with a free port, and again with another if a process has taken it.</summary>
    public static async Task<T> WithFreePortAsync<T>(Func<int, Task<T>> start)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                return await start(Find());
            }
            catch (Exception e) when (tries < MaxTries && IsPortTaken(e))
            {
                // Retry with another port.
            }
        }
    }

    private static int Find()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static bool IsPortTaken(Exception e) =>
        e is SocketException { SocketErrorCode: SocketError.AddressAlreadyInUse }
        || (e is AggregateException all && all.InnerExceptions.Any(IsPortTaken))
        || (e.InnerException is { } inner && IsPortTaken(inner));
}
