using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans;
using SkillFactory.Core.Artifacts;
using SkillFactory.Primitives.Errors;
using SkillFactory.Storage.Artifacts;

namespace SkillFactory.Hosting.Embedded;

/// <summary>Read access to a workspace. Connects to the process that runs it; if there is none, starts a system on a copy of the state, in
/// which nothing runs. Nothing in the workspace is written or opened for writing.</summary>
public sealed class WorkspaceClient : IAsyncDisposable
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan PollPeriod = TimeSpan.FromMilliseconds(100);

    private readonly IAsyncDisposable _owned;

    private WorkspaceClient(IAsyncDisposable owned, IClusterClient client, IArtifactStore artifacts, Task failed)
    {
        Failed = failed;
        _owned = owned;
        Client = client;
        Artifacts = artifacts;
    }

    /// <summary>A client for the grains. Do not dispose it.</summary>
    public IClusterClient Client { get; }

    public IArtifactStore Artifacts { get; }

    /// <summary>Faults, with a message for the user, when this process can no longer write the state. Never completes otherwise.</summary>
    public Task Failed { get; }

    /// <summary>Connects to an existing workspace.</summary>
    /// <exception cref="UserErrorException">The workspace does not exist, or the process that runs it cannot be reached.</exception>
    public static async Task<WorkspaceClient> ConnectAsync(string workspace, CancellationToken cancellationToken = default)
    {
        var folder = Path.GetFullPath(workspace);
        if (!Directory.Exists(WorkspaceFolders.State(folder)) && !File.Exists(WorkspaceLock.PathIn(folder)))
        {
            throw new UserErrorException($"There is no workspace at {folder}; 'skillfactory run RECIPE' creates one.");
        }

        var time = TimeProvider.System;
        var started = time.GetTimestamp();
        while (true)
        {
            if (StateCopy.TryTake(folder) is { } copy)
            {
                var system = await copy.StartAsync(cancellationToken);
                return new WorkspaceClient(copy, system.Client, system.Artifacts, system.Failed);
            }

            if (WorkspaceProcess.Read(folder) is { GatewayPort: { } port } process)
            {
                var host = await ConnectAsync(folder, process, port, cancellationToken);
                return new WorkspaceClient(
                    new RunningHost(host),
                    host.Services.GetRequiredService<IClusterClient>(),
                    new FileArtifactStore(WorkspaceFolders.Artifacts(folder), time),
                    new TaskCompletionSource().Task
                );
            }

            // The process is starting or ending.
            if (time.GetElapsedTime(started) > ConnectTimeout)
            {
                throw new UserErrorException(
                    $"A process uses the workspace {folder} but accepts no connections; see {WorkspaceFolders.Logs(folder)}."
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
        builder.Services.AddSingleton<IHostLifetime, NoOpHostLifetime>();
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
                $"The workspace {folder} is in use by process {process.ProcessId}, "
                    + $"which does not answer on port {gatewayPort}: {e.Message}",
                e
            );
        }
    }

    /// <summary>Stops the host before it is disposed.</summary>
    private sealed class RunningHost(IHost host) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await host.StopAsync();
            host.Dispose();
        }
    }
}
