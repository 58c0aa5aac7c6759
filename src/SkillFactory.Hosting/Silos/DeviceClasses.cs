using SkillFactory.Primitives.Errors;

namespace SkillFactory.Hosting;

/// <summary>The device class is the device without its number: batches go to any slot of their class.</summary>
public static class DeviceClasses
{
    public const string Cpu = "cpu";

    public const string Cuda = "cuda";

    /// <summary>"cpu" → "cpu", "cuda:1" → "cuda".</summary>
    /// <exception cref="UserErrorException">Neither.</exception>
    public static string Of(string device)
    {
        var parts = device.Split(':');
        return parts switch
        {
            [Cpu] or [Cuda] => parts[0],
            [Cuda, var number] when int.TryParse(number, out var n) && n >= 0 => Cuda,
            _ => throw new UserErrorException(
                $"Device '{device}' is not known; expected 'cpu' or 'cuda:N' (N = 0, 1, …){NearestName.Hint(device, [Cpu, "cuda:0"])}"
            ),
        };
    }
}
