using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SkillFactory.Contracts.Compute;
using SkillFactory.Workers.Devices;

namespace SkillFactory.Workers;

/// <summary>Registers this silo's slots with the pool, keeps the registrations and the replicas alive, and drains the replicas at
/// shutdown.</summary>
internal sealed partial class WorkerService(
    IGrainFactory grains,
    ILocalSiloDetails silo,
    DeviceHost devices,
    IOptions<WorkerOptions> options,
    TimeProvider time,
    ILogger<WorkerService> logger
) : BackgroundService
{
    private readonly string[] _slots = [.. Enumerable.Range(0, devices.SlotCount).Select(i => $"{silo.Name}/{devices.Device}/{i}")];

    private IComputePoolGrain Pool => grains.GetGrain<IComputePoolGrain>(devices.Device.Class);

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await Task.WhenAll(
            _slots.Select(async slot =>
            {
                await grains.GetGrain<IModelReplicaGrain>(slot).DrainAsync().WaitAsync(cancellationToken);
                await Pool.UnregisterAsync(slot).WaitAsync(cancellationToken);
            })
        );
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(options.Value.RegistrationSeconds), time);
        do
        {
            foreach (var slot in _slots)
            {
                try
                {
                    await Pool.RegisterAsync(new SlotRegistration(slot, devices.Device.Class, $"{devices.Device} of {silo.Name}"));
                    await grains.GetGrain<IModelReplicaGrain>(slot).EnsureRunningAsync();
                }
                catch (Exception e) when (!stoppingToken.IsCancellationRequested)
                {
                    LogRegistrationFailed(e, slot);
                }
            }
        } while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "slot {Slot} could not be registered; trying again")]
    private partial void LogRegistrationFailed(Exception e, string slot);
}
