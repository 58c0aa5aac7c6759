using System.Net.Sockets;
using System.Text;

namespace SkillFactory.Cli.Diagnosis;

/// <summary>The services of a cluster. An embedded run needs neither.</summary>
internal static class ServiceChecks
{
    private const string OnlyClusters = "only a cluster needs it; runs in one process bring their own store";

    /// <summary>A port that nobody listens at says so at once; a machine at work may take its time.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Asks for a PING, so that another program on the port is not taken for Redis.</summary>
    public static Task<Finding> RedisAsync(string host, int port, CancellationToken cancellationToken) =>
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

    /// <summary>Sends AMQP 0-9-1's greeting; a broker answers with a method frame (type 1, channel 0).</summary>
    public static Task<Finding> RabbitMqAsync(string host, int port, CancellationToken cancellationToken) =>
        CallAsync("rabbitmq", host, port, [.. "AMQP"u8, 0, 0, 9, 1], answer => answer is [1, 0, 0, ..], cancellationToken);

    private static async Task<Finding> CallAsync(
        string name,
        string host,
        int port,
        byte[] question,
        Func<byte[], bool> isRight,
        CancellationToken cancellationToken
    )
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(host, port, patience.Token);
            var stream = client.GetStream();
            await stream.WriteAsync(question, patience.Token);
            var answer = new byte[64];
            var read = await stream.ReadAsync(answer, patience.Token);
            return isRight(answer[..read])
                ? Finding.Ok(name, $"answers at {host}:{port}")
                : Finding.Warn(name, $"something else answers at {host}:{port}", OnlyClusters);
        }
        catch (SocketException e)
        {
            return Finding.Missing(name, $"not reachable at {host}:{port} ({e.SocketErrorCode})", OnlyClusters);
        }
        catch (IOException)
        {
            return Finding.Warn(name, $"something else answers at {host}:{port}", OnlyClusters);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Finding.Missing(name, $"no answer from {host}:{port} within {Patience.TotalSeconds:0} s", OnlyClusters);
        }
    }
}
