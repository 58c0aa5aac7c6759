using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using SkillFactory.Gateway.Apis;
using SkillFactory.Gateway.Health;
using SkillFactory.Gateway.Problems;
using SkillFactory.Hosting.Configuration;
using SkillFactory.Hosting.Embedded;

namespace SkillFactory.Gateway;

/// <summary>The HTTP API of a cluster, or of the process that runs a workspace.</summary>
internal static class GatewayHost
{
    public static WebApplication Build(string[] args)
    {
        var builder = WebApplication.CreateBuilder();
        DeploymentOptions.AddArguments(builder.Configuration, args, KeyValuePair.Create("--urls", "urls"));
        var deployment = DeploymentOptions.Read(builder.Configuration);
        if (deployment.Mode == DeploymentMode.Embedded)
        {
            builder.AddWorkspaceClient(deployment.Workspace);
        }
        else
        {
            builder.AddSkillFactoryClient(deployment);
        }

        builder.Services.ConfigureHttpJsonOptions(json =>
            json.SerializerOptions.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.CamelCase))
        );
        builder.Services.AddProblemDetails();
        builder.Services.AddExceptionHandler<GrainProblems>();
        builder.Services.AddHealthChecks().AddCheck<ClusterHealthCheck>("cluster");

        var app = builder.Build();
        app.UseExceptionHandler();
        app.MapHealthChecks("/health");

        // Liveness checks nothing else: restarting the gateway does not help if the cluster is unavailable.
        app.MapHealthChecks("/alive", new HealthCheckOptions { Predicate = _ => false });
        app.MapExperiments();
        return app;
    }
}
