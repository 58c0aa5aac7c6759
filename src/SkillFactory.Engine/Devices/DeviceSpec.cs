using System.Globalization;
using SkillFactory.Primitives.Errors;
using TorchSharp;

namespace SkillFactory.Engine.Devices;

/// <summary>A device for tensors: "cpu" or "cuda:N".</summary>
public sealed record DeviceSpec(string Class, int Index)
{
    public static DeviceSpec Cpu { get; } = new("cpu", 0);

    public bool IsCpu => Class == "cpu";

    public torch.Device Torch => IsCpu ? torch.CPU : torch.device(DeviceType.CUDA, Index);

    /// <summary>Parses "cpu", "cuda" (the first one) or "cuda:N".</summary>
    /// <exception cref="UserErrorException">The text is none of these.</exception>
    public static DeviceSpec Parse(string text)
    {
        if (text == "cpu")
        {
            return Cpu;
        }

        if (text == "cuda")
        {
            return new DeviceSpec("cuda", 0);
        }

        return
            text.StartsWith("cuda:", StringComparison.Ordinal)
            && int.TryParse(text.AsSpan(5), NumberStyles.None, CultureInfo.InvariantCulture, out var index)
            ? new DeviceSpec("cuda", index)
            : throw new UserErrorException($"device '{text}' is not known; expected 'cpu' or 'cuda:N'");
    }

    public override string ToString() => IsCpu ? "cpu" : $"cuda:{Index}";
}
