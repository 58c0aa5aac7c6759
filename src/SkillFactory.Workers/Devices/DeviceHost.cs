using Microsoft.Extensions.Options;
using SkillFactory.Engine.Devices;
using SkillFactory.Engine.Native;

namespace SkillFactory.Workers.Devices;

/// <summary>The device threads of this silo: one per rollout slot and one for the learner. They live as long as the host; grains come and
/// go.</summary>
internal sealed class DeviceHost : IDisposable
{
    private readonly DeviceExecutor[] _slots;
    private readonly Lazy<DeviceExecutor> _learner;

    public DeviceHost(IOptions<WorkerOptions> options)
    {
        Device = DeviceSpec.Parse(options.Value.Device);
        TorchLibrary.Use(Device);
        var slots = !options.Value.Rollout ? 0 : options.Value.Slots ?? (Device.IsCpu ? Environment.ProcessorCount : 1);

        // The number of math threads changes how sums are rounded, so it is always one, whatever the machine.
        _slots = [.. Enumerable.Range(0, slots).Select(i => new DeviceExecutor($"{Device}/{i}", mathThreads: 1))];
        _learner = new(() => new DeviceExecutor($"{Device}/learner", mathThreads: 1));
    }

    public DeviceSpec Device { get; }

    public int SlotCount => _slots.Length;

    public IDeviceExecutor Slot(int index) => _slots[index];

    public IDeviceExecutor Learner => _learner.Value;

    public void Dispose()
    {
        foreach (var slot in _slots)
        {
            slot.Dispose();
        }

        if (_learner.IsValueCreated)
        {
            _learner.Value.Dispose();
        }
    }
}
