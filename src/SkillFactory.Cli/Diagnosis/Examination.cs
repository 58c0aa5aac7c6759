using System.Runtime.CompilerServices;

namespace SkillFactory.Cli.Diagnosis;

/// <summary>All checks, in the order in which a person wants to read them.</summary>
internal static class Examination
{
    public static async IAsyncEnumerable<Finding> RunAsync(
        string workspace,
        Func<string, string?> variable,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        // First, as an address that is none ends the examination.
        var (redis, rabbit) = ServiceAddresses.From(variable);
        yield return MachineChecks.System();
        yield return MachineChecks.Runtime();
        yield return MachineChecks.Cores();
        yield return MachineChecks.Memory();
        yield return MachineChecks.Workspace(workspace);
        yield return SpeedChecks.MemoryBandwidth();
        var torch = TorchChecks.Library();
        yield return torch;
        if (torch.Status == FindingStatus.Ok)
        {
            yield return await SpeedChecks.MatmulAsync();
            yield return await TorchChecks.GpuAsync();
        }

        yield return await ServiceChecks.RedisAsync(redis.Host, redis.Port, cancellationToken);
        yield return await ServiceChecks.RabbitMqAsync(rabbit.Host, rabbit.Port, cancellationToken);
    }
}
