using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using SkillFactory.Contracts.Experiments;
using SkillFactory.Hosting.Attaching;
using SkillFactory.Hosting.Embedded;
using StackExchange.Redis;

namespace SkillFactory.Hosting.Tests.Embedded;

/// <summary>Nobody but the user who runs a workspace gets at its state.</summary>
public sealed class StrangerTests : IDisposable
{
    private readonly TemporaryFolder _workspace = new();

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public async Task The_store_refuses_every_command_without_its_password()
    {
        using var store = await LoopbackPorts.WithFreePortAsync(port =>
            EmbeddedStore.OpenAsync(_workspace.Path, port, new NullLoggerFactory())
        );
        await using var owner = await ConnectionMultiplexer.ConnectAsync(store.Connection);
        await owner.GetDatabase().StringSetAsync("state", "mine");

        foreach (
            var command in (string[])
                [
                    "GET state",
                    "SET state theirs",
                    "DEL state",
                    "KEYS *",
                    "FLUSHALL",
                    "INFO",
                    "CONFIG GET requirepass",
                    "EVAL return(1) 0",
                    "SAVE",
                    "CLIENT LIST",
                    "ACL LIST",
                    "SUBSCRIBE x",
                    "MULTI",
                ]
        )
        {
            Assert.StartsWith("-NOAUTH", await AskAsync(store.Port, command), StringComparison.Ordinal);
        }

        Assert.StartsWith("-WRONGPASS", await AskAsync(store.Port, $"AUTH {new string('0', 64)}"), StringComparison.Ordinal);
        Assert.Equal("mine", await owner.GetDatabase().StringGetAsync("state"));
    }

    [Fact]
    public async Task Each_start_has_another_password_and_another_key()
    {
        var points = new List<AttachPoint>();
        var passwords = new List<string>();
        for (var i = 0; i < 2; i++)
        {
            await using (await StartAsync())
            {
                points.Add(WorkspaceProcess.Read(_workspace.Path)!.AttachPoint!);
            }

            using var store = await LoopbackPorts.WithFreePortAsync(port =>
                EmbeddedStore.OpenAsync(WorkspaceFolders.State(_workspace.Path), port, new NullLoggerFactory())
            );
            passwords.Add(store.Connection.Password!);
        }

        Assert.Equal(4, points.Select(p => p.Key).Concat(passwords).Distinct().Count(secret => secret.Length == 64));
        Assert.Equal(2, points.Select(p => p.Socket).Distinct().Count());
    }

    [Fact]
    public async Task A_client_attaches_with_the_key_and_not_without()
    {
        await using var system = await StartAsync();
        var process = WorkspaceProcess.Read(_workspace.Path)!;
        var point = process.AttachPoint!;
        Assert.Equal(0, await BytesAfterAsync(point.Socket, new byte[32]));
        Assert.Equal(0, await BytesAfterAsync(point.Socket, "\r\nPING\r\n"u8.ToArray()));

        using (var stranger = Client(process.ClusterId, point with { Key = new string('0', 64) }))
        {
            await Assert.ThrowsAnyAsync<Exception>(() => stranger.StartAsync());
        }

        // One who says nothing does not keep the owner out.
        using var silent = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await silent.ConnectAsync(new UnixDomainSocketEndPoint(point.Socket));
        for (var i = 0; i < 3; i++)
        {
            await using var owner = await WorkspaceClient.ConnectAsync(_workspace.Path);
            Assert.True(owner.RunsStages);
            Assert.Empty(await owner.Client.GetGrain<IExperimentCatalogGrain>(Tenants.Default).ListAsync(null));
        }
    }

    [Fact]
    public async Task Only_the_owner_can_read_the_key_and_enter_the_folder_of_the_socket()
    {
        AttachPoint point;
        await using (await StartAsync())
        {
            point = WorkspaceProcess.Read(_workspace.Path)!.AttachPoint!;
            if (!OperatingSystem.IsWindows())
            {
                const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;
                var folder = Path.GetDirectoryName(point.Socket)!;
                Assert.Equal(Owner, File.GetUnixFileMode(Path.Combine(_workspace.Path, "process.json")));
                Assert.Equal(Owner | UnixFileMode.UserExecute, File.GetUnixFileMode(folder));
            }

            Assert.DoesNotContain(point.Key, point.ToString(), StringComparison.Ordinal);
        }

        Assert.False(Directory.Exists(Path.GetDirectoryName(point.Socket)));
        foreach (var file in Directory.EnumerateFiles(_workspace.Path, "*", SearchOption.AllDirectories))
        {
            var holdsKey = (await File.ReadAllBytesAsync(file)).AsSpan().IndexOf(Encoding.ASCII.GetBytes(point.Key)) >= 0;
            Assert.Equal(Path.GetFileName(file) == "process.json", holdsKey);
        }
    }

    private Task<EmbeddedSystem> StartAsync() => EmbeddedSystem.StartAsync(new EmbeddedOptions { Workspace = _workspace.Path });

    private static IHost Client(string clusterId, AttachPoint point)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.AddWorkspaceClient(clusterId, point);
        return builder.Build();
    }

    /// <summary>The first line of the store's answer.</summary>
    private static async Task<string> AskAsync(int port, string command)
    {
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", port);
        var words = command.Split(' ');
        var request = $"*{words.Length}\r\n{string.Concat(words.Select(w => $"${w.Length}\r\n{w}\r\n"))}";
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(request));
        using var reader = new StreamReader(client.GetStream());
        return await reader.ReadLineAsync() ?? "";
    }

    /// <summary>Number of bytes that the socket answers before it closes the connection.</summary>
    private static async Task<int> BytesAfterAsync(string path, byte[] message)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(path));
        await socket.SendAsync(message);
        socket.Shutdown(SocketShutdown.Send);
        return await socket.ReceiveAsync(new byte[64]);
    }
}
