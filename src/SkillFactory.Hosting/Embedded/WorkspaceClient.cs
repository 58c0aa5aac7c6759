using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans;
using SkillFactory.Contracts.Placement;
using SkillFactory.Core.Artifacts;
using SkillFactory.Primitives.Errors;
using SkillFactory.Storage.Artifacts;

namespace SkillFactory.Hosting.Embedded;

/// <summary>A look into a workspace: attached to the process that runs it, or, when none does, to a system without workers of its own.</summary>
public sealed class WorkspaceClient : IAsyncDisposable
{
    private static readonly TimeSpan StartingPatience = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan PollPeriod = TimeSpan.FromMilliseconds(100);

    private readonly IAsyncDisposable _owned;

    private WorkspaceClient(IAsyncDisposable owned, IClusterClient client, IArtifactStore artifacts, bool isAttached, Task failed)
    {
        Failed = failed;
        _owned = owned;
        Client = client;
        Artifacts = artifacts;
        IsAttached = isAttached;
    }

    /// <summary>Talks to the grains. Do not dispose.</summary>
    public IClusterClient Client { get; }

    public IArtifactStore Artifacts { get; }

    /// <summary>True when another process runs the workspace: its experiments go on whatever happens here.</summary>
    public bool IsAttached { get; }

    /// <summary>Faults when the workspace's state can no longer be written by this process; the message is for a person. Never completes
    /// otherwise.</summary>
    public Task Failed { get; }

    /// <summary>Connects to an existing workspace.</summary>
    /// <exception cref="UserErrorException">There is no such workspace, or the process that has it cannot be reached.</exception>
    public static async Task<WorkspaceClient> ConnectAsync(string workspace, CancellationToken cancellationToken = default)
    {
        var folder = Path.GetFullPath(workspace);
        if (!Directory.Exists(folder))
        {
            throw new UserErrorException($"There is no workspace at {folder}; 'skillfactory run RECIPE' makes one.");
        }

        var time = TimeProvider.System;
        var started = time.GetTimestamp();
        while (true)
        {
            if (WorkspaceLock.TryTake(folder) is { } workspaceLock)
            {
                var system = await EmbeddedSystem.StartAsync(
                    workspaceLock,
                    new EmbeddedOptions { Workspace = folder, Roles = [SiloRoles.Control] },
                    cancellationToken
                );
                return new WorkspaceClient(system, system.Client, system.Artifacts, isAttached: false, system.Failed);
            }

            if (WorkspaceProcess.Read(folder) is { GatewayPort: { } port } process)
            {
                var host = await ConnectAsync(folder, process, port, cancellationToken);
                return new WorkspaceClient(
                    new StoppedFirst(host),
                    host.Services.GetRequiredService<IClusterClient>(),
                    new FileArtifactStore(WorkspaceFolders.Artifacts(folder), time),
                    isAttached: true,
                    new TaskCompletionSource().Task
                );
            }

            // It is starting or ending.
            if (time.GetElapsedTime(started) > StartingPatience)
            {
                throw new UserErrorException(
                    $"A process has the workspace {folder} but takes no connections; see {WorkspaceFolders.Logs(folder)}."
                );
            }

            await Task.Delay(PollPeriod, cancellationToken);
        }
    }

    public ValueTask DisposeAsync() => _owned.DisposeAsync();

    private static async Task<IHost> ConnectAsync(
        string folder,
        WorkspaceProcess process,
        int gatewayPort,
        CancellationToken cancellationToken
    )
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.AddSingleton<IHostLifetime, SilentLifetime>();
        builder.AddWorkspaceClient(process, gatewayPort);
        var host = builder.Build();
        try
        {
            await host.StartAsync(cancellationToken);
            return host;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            host.Dispose();
            throw new UserErrorException(
                $"The workspace {folder} is in use by process {process.ProcessId}, which does not answer on port {gatewayPort}: {e.Message}",
                e
            );
        }
    }

    private sealed class StoppedFirst(IHost host) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await host.StopAsync();
            host.Dispose();
        }
    }
}
