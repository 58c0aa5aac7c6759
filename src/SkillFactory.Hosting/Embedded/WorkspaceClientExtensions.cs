using System.Net;
using Microsoft.Extensions.Hosting;
using Orleans.Hosting;
using SkillFactory.Hosting.Attaching;
using SkillFactory.Hosting.Silos;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Hosting.Embedded;

/// <summary>Adds clients of the process that runs a workspace.</summary>
public static class WorkspaceClientExtensions
{
    /// <summary>Adds a client of the process that currently runs the workspace.</summary>
    /// <exception cref="UserErrorException">No process runs the workspace.</exception>
    public static IHostApplicationBuilder AddWorkspaceClient(this IHostApplicationBuilder builder, string workspace)
    {
        var folder = Path.GetFullPath(workspace);
        return WorkspaceProcess.Read(folder) is { AttachPoint: { } point } process
            ? builder.AddWorkspaceClient(process.ClusterId, point)
            : throw new UserErrorException(
                $"No process runs the workspace {folder}; start one with 'skillfactory run', or the silo in embedded mode."
            );
    }

    internal static IHostApplicationBuilder AddWorkspaceClient(
        this IHostApplicationBuilder builder,
        string clusterId,
        AttachPoint attachPoint
    ) =>
        builder.AddSkillFactoryClient(clusterId, SiloSettings.DefaultServiceId, client =>
            client.UseStaticClustering(new IPEndPoint(IPAddress.Loopback, SiloSettings.DefaultGatewayPort)).ConnectAt(attachPoint)
        );
}
