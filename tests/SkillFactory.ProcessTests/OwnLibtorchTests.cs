using System.Text.Json;
using SkillFactory.TestKit;

namespace SkillFactory.ProcessTests;

/// <summary>A libtorch of the user's choice, as the program itself loads it: SKILLFACTORY_LIBTORCH with a build that carries none.</summary>
public class OwnLibtorchTests
{
    private const string Variable = "SKILLFACTORY_LIBTORCH";

    [Fact]
    public async Task It_is_loaded_from_the_folder_and_tested()
    {
        using var build = new TemporaryFolder();
        var own = BuildWithoutLibtorch(build.Path);
        var torch = await TorchAsync(build.Path, own);
        Assert.Equal("ok", torch.Status);
        Assert.EndsWith($", from {own}, passes the self-test", torch.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_one_the_message_says_what_to_set()
    {
        using var build = new TemporaryFolder();
        BuildWithoutLibtorch(build.Path);
        var torch = await TorchAsync(build.Path, "");
        Assert.Equal("missing", torch.Status);
        Assert.StartsWith($"this build carries no libtorch; set {Variable} to the folder of one", torch.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Beside_a_packaged_one_it_is_refused()
    {
        var torch = await TorchAsync(AppContext.BaseDirectory, Path.GetTempPath());
        Assert.Equal("missing", torch.Status);
        Assert.StartsWith($"{Variable} is set, but this build carries its own libtorch", torch.Detail, StringComparison.Ordinal);
    }

    private static async Task<(string Status, string Detail)> TorchAsync(string program, string own)
    {
        using var process = CliProcess.StartIn(program, [(Variable, own)], ["doctor", "--json", "--workspace", Path.GetTempPath()]);
        var (_, output, _) = await process.EndAsync();
        using var json = JsonDocument.Parse(output);
        var finding = Assert.Single(json.RootElement.GetProperty("checks").EnumerateArray(), f =>
            f.GetProperty("name").GetString() == "torch"
        );
        return (finding.GetProperty("status").GetString()!, finding.GetProperty("detail").GetString()!);
    }

    /// <summary>What -p:Torch=none leaves: the program and TorchSharp's own library. Without the list of dependencies, which names the files left out.</summary>
    /// <returns>The folder that has libtorch.</returns>
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
