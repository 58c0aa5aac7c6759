using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace SkillFactory.ProcessTests;

/// <summary>A run reaches nothing outside the machine, and nobody else on the machine reaches the run.</summary>
public sealed class IsolationTests : IDisposable
{
    private readonly ObservedNetwork _network = new();

    public void Dispose() => _network.Dispose();

    /// <summary>Without it, the next test would also hold if nothing were observed.</summary>
    [Fact]
    public async Task Connections_and_looked_up_names_are_observed()
    {
        using var server = new TcpListener(IPAddress.Loopback, 0);
        server.Start();
        var port = ((IPEndPoint)server.LocalEndpoint).Port;
        using var process = CliProcess.StartIn(
            AppContext.BaseDirectory,
            [.. _network.Environment, ("SKILLFACTORY_REDIS", $"localhost:{port}")],
            ["doctor", "--workspace", Path.GetTempPath()]
        );
        (await server.AcceptSocketAsync()).Dispose();
        await process.WaitForExitAsync();
        Assert.Contains("localhost", _network.All("resolve"));
        Assert.Contains(_network.All("connect"), address => address.EndsWith($":{port}", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_run_connects_only_to_itself_and_lets_only_its_user_in()
    {
        using var run = new EveryStageRun();
        using var process = run.Start(_network.Environment, []);
        Assert.True(await process.WaitForOutputAsync("/sample: running"));

        // It listens for its own store, and for clients at a socket.
        var socket = AttachPoint(run.Workspace);
        var store = Assert.Single(_network.All("accept"), address => address != $"unix:{socket}");
        Assert.Equal("127.0.0.1", store.Split(':')[0]);
        Assert.Contains($"unix:{socket}", _network.All("accept"));
        Assert.StartsWith(
            "-NOAUTH",
            await AskAsync(IPEndPoint.Parse(store), "*1\r\n$8\r\nFLUSHALL\r\n"u8.ToArray()),
            StringComparison.Ordinal
        );
        Assert.Equal("", await AskAsync(new UnixDomainSocketEndPoint(socket), new byte[32]));

        using (var second = CliProcess.Start("experiments", "list", "--workspace", run.Workspace))
        {
            var (exit, output, error) = await second.WaitForExitAsync();
            Assert.Equal((0, ""), (exit, error));
            Assert.Contains("running", output, StringComparison.Ordinal);
        }

        Assert.Equal((0, ""), await process.WaitForExitAsync() is var (code, _, errors) ? (code, errors) : default);
        Assert.Equal([store], _network.All("connect"));
        Assert.Empty(_network.All("resolve"));
    }

    private static string AttachPoint(string workspace)
    {
        using var process = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(workspace, "process.json")));
        return process.RootElement.GetProperty("attachPoint").GetProperty("socket").GetString()!;
    }

    /// <summary>The first part of the listener's answer; empty if it closes the connection.</summary>
    private static async Task<string> AskAsync(EndPoint listener, byte[] request)
    {
        using var socket = new Socket(listener.AddressFamily, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(listener);
        await socket.SendAsync(request);
        var answer = new byte[64];
        return Encoding.ASCII.GetString(answer, 0, await socket.ReceiveAsync(answer));
    }
}
