using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans;
using SkillFactory.Core.Artifacts;
using SkillFactory.Hosting.Attaching;
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

    private WorkspaceClient(IAsyncDisposable owned, IClusterClient client, IArtifactStore artifacts, Task failed, bool runsStages)
    {
        Failed = failed;
        RunsStages = runsStages;
        _owned = owned;
        Client = client;
        Artifacts = artifacts;
    }

    /// <summary>A client for the grains. Do not dispose it.</summary>
    public IClusterClient Client { get; }

    public IArtifactStore Artifacts { get; }

    /// <summary>Faults, with a message for the user, when this process can no longer write the state. Never completes otherwise.</summary>
    public Task Failed { get; }

    /// <summary>Whether a process executes the stages of the workspace's experiments. If not, running experiments are interrupted.
    /// </summary>
    public bool RunsStages { get; }

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
                return new WorkspaceClient(copy, system.Client, system.Artifacts, system.Failed, runsStages: false);
            }

            var process = WorkspaceProcess.Read(folder);
            Exception failure = new TimeoutException("it accepts no connections");
            if (process?.AttachPoint is { } point)
            {
                try
                {
                    var host = await AttachAsync(process.ClusterId, point, cancellationToken);
                    return new WorkspaceClient(
                        new RunningHost(host),
                        host.Services.GetRequiredService<IClusterClient>(),
                        new FileArtifactStore(WorkspaceFolders.Artifacts(folder), time),
                        new TaskCompletionSource().Task,
                        process.RunsStages
                    );
                }
                catch (Exception e) when (e is not OperationCanceledException)
                {
                    failure = e;
                }
            }

            if (WorkspaceProcess.IsOfAnotherUser(folder))
            {
                throw new UserErrorException(
                    $"The workspace {folder} is in use by a process of another user, and only that user can ask it. "
                        + "Its run folders can be read, and the workspace after the process has ended."
                );
            }

            // The process is starting or ending.
            if (time.GetElapsedTime(started) > ConnectTimeout)
            {
                throw new UserErrorException(
                    $"The workspace {folder} is in use by {(process is null ? "a process" : $"process {process.ProcessId}")} that does not "
                        + $"answer: {failure.Message}; see {WorkspaceFolders.Logs(folder)}.",
                    failure
                );
            }

            await Task.Delay(PollPeriod, cancellationToken);
        }
    }

    public ValueTask DisposeAsync() => _owned.DisposeAsync();

    private static async Task<IHost> AttachAsync(string clusterId, AttachPoint attachPoint, CancellationToken cancellationToken)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.AddSingleton<IHostLifetime, NoOpHostLifetime>();
        builder.AddWorkspaceClient(clusterId, attachPoint);
        var host = builder.Build();
        try
        {
            await host.StartAsync(cancellationToken);
            return host;
        }
        catch
        {
            host.Dispose();
            throw;
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
