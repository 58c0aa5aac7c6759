using System.Net.Sockets;
using System.Text;

namespace SkillFactory.Cli.Diagnosis;

/// <summary>Checks of the cluster services. Embedded runs need none of them.</summary>
internal static class ServiceChecks
{
    private const string OnlyClusters = "only needed in cluster mode; the run command has an embedded store";

    /// <summary>A closed port refuses at once; the time is for services on a busy machine.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    /// <summary>Sends PING, so that another program on the port is not mistaken for Redis.</summary>
    public static Task<CheckResult> RedisAsync(string host, int port, CancellationToken cancellationToken) =>
        CallAsync(
            "redis",
            host,
            port,
            "PING\r\n"u8.ToArray(),
            answer =>
                Encoding.ASCII.GetString(answer) is var text
                && (text.StartsWith("+PONG", StringComparison.Ordinal) || text.StartsWith("-NOAUTH", StringComparison.Ordinal)),
            cancellationToken
        );

    /// <summary>Sends the AMQP 0-9-1 protocol header; a broker answers with a method frame (type 1, channel 0).</summary>
    public static Task<CheckResult> RabbitMqAsync(string host, int port, CancellationToken cancellationToken) =>
        CallAsync("rabbitmq", host, port, [.. "AMQP"u8, 0, 0, 9, 1], answer => answer is [1, 0, 0, ..], cancellationToken);

    private static async Task<CheckResult> CallAsync(
        string name,
        string host,
        int port,
        byte[] request,
        Func<byte[], bool> isExpected,
        CancellationToken cancellationToken
    )
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(Timeout);
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(host, port, timeout.Token);
            var stream = client.GetStream();
            await stream.WriteAsync(request, timeout.Token);
            var answer = new byte[64];
            var read = await stream.ReadAsync(answer, timeout.Token);
            return isExpected(answer[..read])
                ? CheckResult.Ok(name, $"answers at {host}:{port}")
                : CheckResult.Warn(name, $"another program answers at {host}:{port}", OnlyClusters);
        }
        catch (SocketException e)
        {
            return CheckResult.Missing(name, $"not reachable at {host}:{port} ({e.SocketErrorCode})", OnlyClusters);
        }
        catch (IOException)
        {
            return CheckResult.Warn(name, $"another program answers at {host}:{port}", OnlyClusters);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return CheckResult.Missing(name, $"no answer from {host}:{port} within {Timeout.TotalSeconds:0} s", OnlyClusters);
        }
    }
}
