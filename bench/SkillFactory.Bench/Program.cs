using SkillFactory.Bench;
using SkillFactory.Engine.Devices;
using SkillFactory.Engine.Native;
using SkillFactory.Primitives.Errors;

// SkillFactory.Bench [all|peak|train|sample|draw|rows|group|memory|device] [SIZE] [--device cpu|cuda:N]
const string Option = "--device";
try
{
    var at = Array.IndexOf(args, Option);
    var device = DeviceSpec.Parse(at < 0 ? "cpu" : args.ElementAtOrDefault(at + 1) ?? "");
    string[] rest = at < 0 ? args : [.. args[..at], .. args[Math.Min(at + 2, args.Length)..]];
    var (what, size) = (rest.ElementAtOrDefault(0) ?? "all", rest.ElementAtOrDefault(1) ?? "3m");
    TorchLibrary.Use(device);
    return what switch
    {
        "memory" => MemoryBench.Run(device),
        "draw" => SamplerBench.Draw(),
        "rows" => SamplerBench.FewRows(),
        "group" => SamplerBench.Group(device, size),
        "device" => DeviceBench.Run(device, size),
        _ => EngineBench.Run(what, size, device),
    };
}
catch (UserErrorException e)
{
    Console.Error.WriteLine(e.Message);
    return 2;
}
