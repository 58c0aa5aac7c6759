using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Orleans.Hosting;

namespace SkillFactory.Hosting.Attaching;

/// <summary>Connects clients and a silo through an <see cref="AttachPoint"/> instead of TCP ports.</summary>
internal static class AttachHostingExtensions
{
    /// <summary>The silo opens no port. Clients connect at the attach point.</summary>
    /// <param name="gatewayPort">The number that Orleans uses for the listener of clients; nothing listens on it.</param>
    public static ISiloBuilder ListenOnlyAt(this ISiloBuilder silo, AttachPoint point, int gatewayPort)
    {
        silo.Services.ReplaceKeyed<IConnectionListenerFactory>(new ListenerFactory(point, gatewayPort));
        return silo;
    }

    /// <summary>The client connects at the attach point, whatever the address of its gateway. It tries once: a process that listens
    /// answers at once.</summary>
    public static IClientBuilder ConnectAt(this IClientBuilder client, AttachPoint point)
    {
        client.Services.ReplaceKeyed<IConnectionFactory>(new Connector(point));
        return client.UseConnectionRetryFilter((_, _) => Task.FromResult(false));
    }

    /// <summary>Replaces the transports, which Orleans registers under keys of its own.</summary>
    private static void ReplaceKeyed<T>(this IServiceCollection services, T transport)
        where T : class
    {
        var keys = services.Where(s => s.IsKeyedService && s.ServiceType == typeof(T)).Select(s => s.ServiceKey).ToList();
        if (keys.Count == 0)
        {
            // Continuing would open ports.
            throw new InvalidOperationException($"Orleans has registered no {typeof(T).Name}");
        }

        foreach (var key in keys)
        {
            services.AddKeyedSingleton(key, transport);
        }
    }

    private sealed class ListenerFactory(AttachPoint point, int gatewayPort) : IConnectionListenerFactory
    {
        public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) =>
            ValueTask.FromResult<IConnectionListener>(
                endpoint is IPEndPoint ip && ip.Port == gatewayPort ? new AttachListener(point, endpoint) : new ClosedListener(endpoint)
            );
    }

    private sealed class Connector(AttachPoint point) : IConnectionFactory
    {
        public async ValueTask<ConnectionContext> ConnectAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
        {
            var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            try
            {
                await socket.ConnectAsync(point.EndPoint, cancellationToken);
                await point.SendKeyAsync(socket, cancellationToken);
                return new AttachedConnection(socket);
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        }
    }
}
