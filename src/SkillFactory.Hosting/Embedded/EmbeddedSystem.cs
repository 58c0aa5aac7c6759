using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans;
using SkillFactory.Contracts.Placement;
using SkillFactory.Core.Artifacts;
using SkillFactory.Hosting.Attaching;
using SkillFactory.Hosting.Bus;
using SkillFactory.Hosting.Silos;
using SkillFactory.Primitives.Errors;
using SkillFactory.Storage.Artifacts;
using StackExchange.Redis;

namespace SkillFactory.Hosting.Embedded;

/// <summary>
/// The whole system in one process on one workspace folder: store, silo and message bus. Acknowledged state survives a crash: the next
/// start on the same workspace finds it.
/// </summary>
public sealed class EmbeddedSystem : IAsyncDisposable
{
    /// <summary>Maximum time that a stop waits for grains and workers to finish their current work.</summary>
    public static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(20);

    private readonly WorkspaceLock _lock;
    private readonly EmbeddedStore _store;
    private readonly RunLog _log;
    private readonly IHost _host;
    private readonly AttachPoint _attachPoint;
    private int _stopped;

    private EmbeddedSystem(WorkspaceLock workspaceLock, EmbeddedStore store, RunLog log, IHost host, AttachPoint attachPoint)
    {
        _lock = workspaceLock;
        _store = store;
        _log = log;
        _host = host;
        _attachPoint = attachPoint;
    }

    /// <summary>Full path of the workspace.</summary>
    public string Workspace => _lock.Workspace;

    /// <summary>A client for the grains. Do not dispose it.</summary>
    public IClusterClient Client => _host.Services.GetRequiredService<IClusterClient>();

    /// <summary>Faults, with a message for the user, when the state can no longer be written. Never completes otherwise.</summary>
    public Task Failed => _store.Failed;

    public IArtifactStore Artifacts => _host.Services.GetRequiredService<IArtifactStore>();

    /// <summary>Locks the workspace and starts the system. Returns when grains can be called.</summary>
    /// <exception cref="UserErrorException">Another process uses the workspace, or it cannot be written.</exception>
    public static Task<EmbeddedSystem> StartAsync(EmbeddedOptions options, CancellationToken cancellationToken = default) =>
        StartAsync(WorkspaceLock.Acquire(options.Workspace), options, cancellationToken);

    internal static async Task<EmbeddedSystem> StartAsync(
        WorkspaceLock workspaceLock,
        EmbeddedOptions options,
        CancellationToken cancellationToken
    )
    {
        RunLog? log = null;
        EmbeddedStore? store = null;
        AttachPoint? attachPoint = null;
        try
        {
            var time = TimeProvider.System;
            log = new RunLog(WorkspaceFolders.Logs(workspaceLock.Workspace), time);
            var previous = WorkspaceProcess.Read(workspaceLock.Workspace);
            previous?.AttachPoint?.Delete();
            var process = new WorkspaceProcess(
                Environment.ProcessId,
                time.GetUtcNow(),
                ClusterId: $"embedded-{Guid.NewGuid():N}",
                RunsStages: options.Roles.Any(role => role is SiloRoles.Rollout or SiloRoles.Learner),
                AttachPoint: null
            );
            await process.WriteAsync(workspaceLock.Workspace);

            var stateFolder = WorkspaceFolders.State(workspaceLock.Workspace);
            store = await LoopbackPorts.WithFreePortAsync(port =>
                EmbeddedStore.OpenAsync(stateFolder, port, LoggerFactory.Create(logging => ConfigureLogging(logging, log)))
            );
            if (previous is not null)
            {
                await DeleteMembershipAsync(store, previous.ClusterId);
            }

            attachPoint = AttachPoint.Create();
            process = process with { AttachPoint = attachPoint };
            var host = await StartHostAsync(workspaceLock.Workspace, options, process, store, log, cancellationToken);
            await process.WriteAsync(workspaceLock.Workspace);
            return new EmbeddedSystem(workspaceLock, store, log, host, attachPoint);
        }
        catch
        {
            store?.Dispose();
            attachPoint?.Delete();
            if (log is not null)
            {
                await log.DisposeAsync();
            }

            workspaceLock.Dispose();
            throw;
        }
    }

    /// <summary>Accepts no new work, waits until the current work is at a safe point, and releases the workspace. Stops waiting after
    /// <see cref="StopTimeout"/> or on cancellation. No acknowledged state is lost in either case.</summary>
    public async Task StopAsync(CancellationToken cancellationToken = default)
    {
        if (Interlocked.Exchange(ref _stopped, 1) != 0)
        {
            return;
        }

        if (Failed.IsFaulted)
        {
            // Writes would block forever, so the host is not stopped; it ends with the process, as in a crash.
            _attachPoint.Delete();
            _lock.Dispose();
            return;
        }

        try
        {
            await _host.StopAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // The remaining work ends with the process, as in a crash.
        }
        finally
        {
            await DisposeHostAsync(_host);
            _store.Dispose();
            _attachPoint.Delete();
            await _log.DisposeAsync();
            _lock.Dispose();
        }
    }

    public async ValueTask DisposeAsync() => await StopAsync();

    private static async Task<IHost> StartHostAsync(
        string workspace,
        EmbeddedOptions options,
        WorkspaceProcess process,
        EmbeddedStore store,
        RunLog log,
        CancellationToken cancellationToken
    )
    {
        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(
            new HostApplicationBuilderSettings { DisableDefaults = true }
        );
        ConfigureLogging(builder.Logging, log);
        builder.Services.Configure<HostOptions>(o => o.ShutdownTimeout = StopTimeout);

        builder.Services.AddSingleton<IHostLifetime, NoOpHostLifetime>();
        builder.Services.AddSingleton<IArtifactStore>(
            new FileArtifactStore(WorkspaceFolders.Artifacts(options.ReadFrom ?? workspace), TimeProvider.System)
        );
        builder.AddSkillFactorySilo(
            new SiloSettings
            {
                ClusterId = process.ClusterId,
                SiloName = "embedded",
                Roles = options.Roles,
                Device = options.Device,
                Slots = options.Slots,
                Watchdog = options.Watchdog,
                ReadOnly = options.ReadFrom is not null,
                Redis = store.Connection,
                AttachPoint = process.AttachPoint,
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

    private static void ConfigureLogging(ILoggingBuilder logging, RunLog log)
    {
        logging.ClearProviders().AddProvider(new UnownedLoggerProvider(log));
        logging.SetMinimumLevel(LogLevel.Warning).AddFilter("SkillFactory", LogLevel.Information);
    }

    /// <summary>Deletes the membership rows of the cluster of an earlier process, which has ended.</summary>
    private static async Task DeleteMembershipAsync(EmbeddedStore store, string clusterId)
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

    /// <summary>Several logger factories share one log, so none of them may dispose it.</summary>
    private sealed class UnownedLoggerProvider(ILoggerProvider log) : ILoggerProvider
    {
        public ILogger CreateLogger(string categoryName) => log.CreateLogger(categoryName);

        public void Dispose() { }
    }
}
