using System.Runtime.InteropServices;
using SkillFactory.Hosting.Configuration;
using SkillFactory.Hosting.Embedded;

namespace SkillFactory.Silo;

/// <summary>Keeps an embedded system running for other processes (clients, gateway) until it is told to end.</summary>
internal static class EmbeddedSilo
{
    public static async Task RunAsync(DeploymentOptions deployment)
    {
        var end = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
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
        Console.WriteLine($"Running on {system.Workspace}; Ctrl-C stops.");
        await end.Task;

        void OnSignal(PosixSignalContext context)
        {
            context.Cancel = true;
            end.TrySetResult();
        }
    }
}
