using System.Text.Json;

namespace SkillFactory.ProcessTests;

/// <summary>The program loads an external libtorch from SKILLFACTORY_LIBTORCH if the build contains none.</summary>
public class ExternalLibtorchTests
{
    private const string Variable = "SKILLFACTORY_LIBTORCH";

    [Fact]
    public async Task An_external_libtorch_is_loaded_and_passes_the_self_test()
    {
        using var build = new TemporaryFolder();
        var libtorch = BuildWithoutLibtorch(build.Path);
        var torch = await TorchAsync(build.Path, libtorch);
        Assert.Equal("ok", torch.Status);
        Assert.EndsWith($", from {libtorch}, passes the self-test", torch.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_libtorch_the_message_names_the_variable_to_set()
    {
        using var build = new TemporaryFolder();
        BuildWithoutLibtorch(build.Path);
        var torch = await TorchAsync(build.Path, "");
        Assert.Equal("missing", torch.Status);
        Assert.StartsWith($"this build carries no libtorch; set {Variable} to the folder of one", torch.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_external_libtorch_is_refused_if_the_build_contains_one()
    {
        var torch = await TorchAsync(AppContext.BaseDirectory, Path.GetTempPath());
        Assert.Equal("missing", torch.Status);
        Assert.StartsWith($"{Variable} is set, but this build carries its own libtorch", torch.Detail, StringComparison.Ordinal);
    }

    private static async Task<(string Status, string Detail)> TorchAsync(string program, string libtorch)
    {
        using var process = CliProcess.StartIn(program, [(Variable, libtorch)], ["doctor", "--json", "--workspace", Path.GetTempPath()]);
        var (_, output, _) = await process.WaitForExitAsync();
        using var json = JsonDocument.Parse(output);
        var check = Assert.Single(json.RootElement.GetProperty("checks").EnumerateArray(), f =>
            f.GetProperty("name").GetString() == "torch"
        );
        return (check.GetProperty("status").GetString()!, check.GetProperty("detail").GetString()!);
    }

    /// <summary>Copies the files of a -p:Torch=none build: the program and TorchSharp's native library, without the .deps.json, which
    /// lists libtorch.</summary>
    /// <returns>The folder that contains libtorch.</returns>
    private static string BuildWithoutLibtorch(string folder)
    {
        foreach (
            var file in Directory
                .EnumerateFiles(AppContext.BaseDirectory, "*.dll")
                .Append(Path.Combine(AppContext.BaseDirectory, "skillfactory.runtimeconfig.json"))
        )
        {
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        }

        var libtorch = Path.GetDirectoryName(
            Assert.Single(Directory.EnumerateFiles(AppContext.BaseDirectory, "*torch_cpu.*", SearchOption.AllDirectories))
        )!;
        var bridge = Assert.Single(Directory.EnumerateFiles(libtorch, "*LibTorchSharp.*"));
        File.Copy(bridge, Path.Combine(folder, Path.GetFileName(bridge)));
        return libtorch;
    }
}
