using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans;
using SkillFactory.Core.Artifacts;
using SkillFactory.Hosting.Bus;
using SkillFactory.Hosting.Silos;
using SkillFactory.Primitives.Errors;
using SkillFactory.Storage.Artifacts;
using StackExchange.Redis;

namespace SkillFactory.Hosting.Embedded;

/// <summary>
/// The whole system in this process, on one workspace folder: store, silo with all roles, bus. Whatever ends the process, a start on the
/// same workspace finds everything that was acknowledged.
/// </summary>
public sealed class EmbeddedSystem : IAsyncDisposable
{
    /// <summary>Longest a stop waits for grains and workers to finish what they have in hand.</summary>
    public static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(20);

    private readonly WorkspaceLock _lock;
    private readonly EmbeddedStore _store;
    private readonly RunLog _log;
    private readonly IHost _host;
    private int _stopped;

    private EmbeddedSystem(WorkspaceLock workspaceLock, EmbeddedStore store, RunLog log, IHost host, EmbeddedOptions options)
    {
        _lock = workspaceLock;
        _store = store;
        _log = log;
        _host = host;
        Options = options;
    }

    public EmbeddedOptions Options { get; }

    /// <summary>Full path of the workspace.</summary>
    public string Workspace => _lock.Workspace;

    public IHost Host => _host;

    /// <summary>Talks to the grains. Do not dispose.</summary>
    public IClusterClient Client => _host.Services.GetRequiredService<IClusterClient>();

    /// <summary>Faults when the system cannot go on because its state can no longer be written; the message is for a person. Never completes
    /// otherwise.</summary>
    public Task Failed => _store.Failed;

    public IArtifactStore Artifacts => _host.Services.GetRequiredService<IArtifactStore>();

    /// <summary>Takes the workspace and starts everything; returns when grains can be called.</summary>
    /// <exception cref="UserErrorException">Another process has the workspace, or it cannot be written to.</exception>
    public static Task<EmbeddedSystem> StartAsync(EmbeddedOptions options, CancellationToken cancellationToken = default) =>
        StartAsync(WorkspaceLock.Take(options.Workspace), options, cancellationToken);

    internal static async Task<EmbeddedSystem> StartAsync(
        WorkspaceLock workspaceLock,
        EmbeddedOptions options,
        CancellationToken cancellationToken
    )
    {
        RunLog? log = null;
        EmbeddedStore? store = null;
        try
        {
            var time = TimeProvider.System;
            log = new RunLog(WorkspaceFolders.Logs(workspaceLock.Workspace), time);
            var previous = WorkspaceProcess.Read(workspaceLock.Workspace);
            var process = new WorkspaceProcess(Environment.ProcessId, time.GetUtcNow(), NewClusterId(), GatewayPort: null);
            process.Write(workspaceLock.Workspace);

            var stateFolder = WorkspaceFolders.State(workspaceLock.Workspace);
            store = await LoopbackPorts.WithFreePortsAsync(1, ports =>
                EmbeddedStore.OpenAsync(stateFolder, ports[0], LoggerFactory.Create(logging => ConfigureLogging(logging, log, options)))
            );
            if (previous is not null)
            {
                await ForgetClusterAsync(store, previous.ClusterId);
            }

            var host = await LoopbackPorts.WithFreePortsAsync(2, ports =>
            {
                // A new cluster for each try: one that failed may have left a row that nobody answers for.
                process = process with { ClusterId = NewClusterId(), GatewayPort = ports[1] };
                return StartHostAsync(workspaceLock.Workspace, options, process.ClusterId, store, log, ports, cancellationToken);
            });
            process.Write(workspaceLock.Workspace);
            return new EmbeddedSystem(workspaceLock, store, log, host, options);
        }
        catch
        {
            store?.Dispose();
            if (log is not null)
            {
                await log.DisposeAsync();
            }

            workspaceLock.Dispose();
            throw;
        }
    }

    /// <summary>Takes no new work, lets what runs come to its next boundary, and gives the workspace back; after <see cref="StopTimeout"/>
    /// (or when <paramref name="cancellationToken"/> says so) it stops waiting. Nothing acknowledged is lost either way.</summary>
    public async Task StopAsync(CancellationToken cancellationToken = default)
    {
        if (Interlocked.Exchange(ref _stopped, 1) != 0)
        {
            return;
        }

        if (Failed.IsFaulted)
        {
            // Whatever a stop would write waits for ever. The rest ends with the process, as after a crash.
            _lock.Dispose();
            return;
        }

        try
        {
            await _host.StopAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // Time is up; the rest ends with the process, as after a crash.
        }
        finally
        {
            await DisposeHostAsync(_host);
            _store.Dispose();
            await _log.DisposeAsync();
            _lock.Dispose();
        }
    }

    public async ValueTask DisposeAsync() => await StopAsync();

    private static async Task<IHost> StartHostAsync(
        string workspace,
        EmbeddedOptions options,
        string clusterId,
        EmbeddedStore store,
        RunLog log,
        IReadOnlyList<int> ports,
        CancellationToken cancellationToken
    )
    {
        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(
            new HostApplicationBuilderSettings { DisableDefaults = true }
        );
        ConfigureLogging(builder.Logging, log, options);
        builder.Services.Configure<HostOptions>(o => o.ShutdownTimeout = StopTimeout);

        builder.Services.AddSingleton<IHostLifetime, SilentLifetime>();
        builder.Services.AddSingleton<IArtifactStore>(new FileArtifactStore(WorkspaceFolders.Artifacts(workspace), TimeProvider.System));
        builder.AddSkillFactorySilo(
            new SiloSettings
            {
                ClusterId = clusterId,
                SiloName = "embedded",
                Roles = options.Roles,
                Device = options.Device,
                Slots = options.Slots,
                Watchdog = options.Watchdog,
                Redis = store.Connection,
                SiloPort = ports[0],
                GatewayPort = ports[1],
            }
        );
        builder.Services.AddSkillFactoryBus(rabbitMq: null);
        var host = builder.Build();
        try
        {
            await host.StartAsync(cancellationToken);
            return host;
        }
        catch
        {
            await DisposeHostAsync(host);
            throw;
        }
    }

    private static string NewClusterId() => $"embedded-{Guid.NewGuid():N}";

    private static void ConfigureLogging(ILoggingBuilder logging, RunLog log, EmbeddedOptions options)
    {
        logging.ClearProviders().AddProvider(new Shared(log));
        if (options.LogToConsole)
        {
            logging.AddSimpleConsole(console => console.SingleLine = true);
        }

        logging.SetMinimumLevel(LogLevel.Warning).AddFilter("SkillFactory", options.LogLevel);
    }

    /// <summary>The membership rows of the process that had the workspace before: it is gone, its cluster with it.</summary>
    private static async Task ForgetClusterAsync(EmbeddedStore store, string clusterId)
    {
        await using var connection = await ConnectionMultiplexer.ConnectAsync(store.Connection);
        await connection.GetDatabase().KeyDeleteAsync($"{SiloSettings.DefaultServiceId}/members/{clusterId}");
    }

    private static async Task DisposeHostAsync(IHost host)
    {
        if (host is IAsyncDisposable disposable)
        {
            await disposable.DisposeAsync();
        }
        else
        {
            host.Dispose();
        }
    }

    /// <summary>Several logger factories write to one log; its owner closes it.</summary>
    private sealed class Shared(ILoggerProvider log) : ILoggerProvider
    {
        public ILogger CreateLogger(string categoryName) => log.CreateLogger(categoryName);

        public void Dispose() { }
    }
}
