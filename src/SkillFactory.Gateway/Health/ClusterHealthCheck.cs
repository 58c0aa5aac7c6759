using Microsoft.Extensions.Diagnostics.HealthChecks;
using Orleans.Runtime;

namespace SkillFactory.Gateway.Health;

/// <summary>Healthy if the cluster answers.</summary>
internal sealed class ClusterHealthCheck(IClusterClient client) : IHealthCheck
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            var silos = await client
                .GetGrain<IManagementGrain>(0)
                .GetHosts(onlyActive: true, cancellationToken)
                .WaitAsync(Timeout, cancellationToken);
            return HealthCheckResult.Healthy($"{silos.Count} silo(s)");
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            return HealthCheckResult.Unhealthy("The cluster does not answer.", e);
        }
    }
}
