using System.Runtime.CompilerServices;

namespace SkillFactory.Cli.Diagnosis;

/// <summary>All checks of <c>doctor</c>, in the order of its output.</summary>
internal static class DoctorChecks
{
    public static async IAsyncEnumerable<CheckResult> RunAsync(
        string workspace,
        Func<string, string?> variable,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        // First, because an invalid address ends the command.
        var (redis, rabbit) = ServiceAddresses.From(variable);
        yield return MachineChecks.System();
        yield return MachineChecks.Runtime();
        yield return MachineChecks.Cores();
        yield return MachineChecks.Memory();
        yield return MachineChecks.Workspace(workspace);
        yield return SpeedChecks.MemoryBandwidth();
        var torch = TorchChecks.Library();
        yield return torch;
        if (torch.Status == CheckStatus.Ok)
        {
            yield return await SpeedChecks.MatmulAsync();
            yield return await TorchChecks.GpuAsync();
        }

        yield return await ServiceChecks.RedisAsync(redis.Host, redis.Port, cancellationToken);
        yield return await ServiceChecks.RabbitMqAsync(rabbit.Host, rabbit.Port, cancellationToken);
    }
}
