using System.Globalization;
using SkillFactory.Primitives.Errors;
using TorchSharp;

namespace SkillFactory.Engine.Devices;

/// <summary>Where tensors live: "cpu" or "cuda:N".</summary>
public sealed record DeviceSpec(string Class, int Index)
{
    public static DeviceSpec Cpu { get; } = new("cpu", 0);

    public bool IsCpu => Class == "cpu";

    public torch.Device Torch => IsCpu ? torch.CPU : torch.device(DeviceType.CUDA, Index);

    /// <exception cref="UserErrorException">The text is neither "cpu" nor "cuda" nor "cuda:N".</exception>
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
