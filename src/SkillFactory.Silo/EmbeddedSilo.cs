using System.Runtime.InteropServices;
using SkillFactory.Hosting.Configuration;
using SkillFactory.Hosting.Embedded;

namespace SkillFactory.Silo;

/// <summary>Runs an embedded system for other processes (clients, gateway) until SIGINT or SIGTERM.</summary>
internal static class EmbeddedSilo
{
    public static async Task RunAsync(DeploymentOptions deployment)
    {
        var stop = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal);
        await using var system = await EmbeddedSystem.StartAsync(
            new EmbeddedOptions
            {
                Workspace = deployment.Workspace,
                Device = deployment.Device,
                Slots = deployment.Slots,
                Roles = deployment.Roles,
            }
        );
        Console.WriteLine($"Running on workspace {system.Workspace}; press Ctrl-C to stop.");
        await stop.Task;

        void OnSignal(PosixSignalContext context)
        {
            context.Cancel = true;
            stop.TrySetResult();
        }
    }
}
