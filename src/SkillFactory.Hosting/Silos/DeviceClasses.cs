using SkillFactory.Primitives.Errors;

namespace SkillFactory.Hosting.Silos;

/// <summary>Device classes. A device class is a device without its number; a batch can run in any slot of its class.</summary>
internal static class DeviceClasses
{
    public const string Cpu = "cpu";

    public const string Cuda = "cuda";

    /// <summary>"cpu" → "cpu", "cuda:1" → "cuda".</summary>
    /// <exception cref="UserErrorException">The device is unknown.</exception>
    public static string Of(string device)
    {
        var parts = device.Split(':');
        return parts switch
        {
            [Cpu] or [Cuda] => parts[0],
            [Cuda, var number] when int.TryParse(number, out var n) && n >= 0 => Cuda,
            _ => throw new UserErrorException(
                $"Unknown device '{device}'; expected 'cpu' or 'cuda:N' (N = 0, 1, …){NearestName.Hint(device, [Cpu, "cuda:0"])}"
            ),
        };
    }
}
