using SkillFactory.Engine.Native;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Engine.Tests.Native;

/// <summary>libtorch comes from the application's files or from a folder that the user chose, never from both.</summary>
public class TorchFilesTests
{
    [Fact]
    public void Libraries_of_a_chosen_folder_are_ordered_by_their_dependencies()
    {
        using var app = new TemporaryFolder();
        using var chosen = new TemporaryFolder();
        Touch(app, "LibTorchSharp");
        Touch(chosen, "torch", "torch_cuda", "c10_cuda", "torch_cpu", "c10");
        Assert.Equal(
            [.. ((string[])["c10", "torch_cpu", "c10_cuda", "torch_cuda", "torch"]).Select(n => In(chosen, n)), In(app, "LibTorchSharp")],
            TorchFiles.Find(chosen.Path, [app.Path])
        );
    }

    [Fact]
    public void The_packaged_libtorch_is_the_default()
    {
        using var app = new TemporaryFolder();
        using var other = new TemporaryFolder();
        Touch(app, "LibTorchSharp", "c10", "torch_cpu", "torch");
        Assert.Equal(
            [.. ((string[])["c10", "torch_cpu", "torch", "LibTorchSharp"]).Select(n => In(app, n))],
            TorchFiles.Find(null, [other.Path, app.Path])
        );
    }

    [Fact]
    public void Missing_files_and_folders_are_named()
    {
        using var app = new TemporaryFolder();
        using var chosen = new TemporaryFolder();
        string Refused(string? external) => Assert.Throws<UserErrorException>(() => TorchFiles.Find(external, [app.Path])).Message;
        Assert.Contains("installation is incomplete", Refused(null), StringComparison.Ordinal);
        Touch(app, "LibTorchSharp");
        Assert.Contains("carries no libtorch; set SKILLFACTORY_LIBTORCH", Refused(null), StringComparison.Ordinal);
        Assert.Contains("is not a folder", Refused(Path.Combine(chosen.Path, "absent")), StringComparison.Ordinal);
        Touch(chosen, "c10", "torch");
        Assert.Contains($"has no {TorchFiles.FileName("torch_cpu")}", Refused(chosen.Path), StringComparison.Ordinal);
    }

    [Fact]
    public void A_chosen_folder_is_refused_in_a_build_with_libtorch()
    {
        using var app = new TemporaryFolder();
        using var chosen = new TemporaryFolder();
        Touch(app, "LibTorchSharp", "c10", "torch_cpu", "torch");
        Touch(chosen, "c10", "torch_cpu", "torch");
        Assert.Contains(
            "carries its own libtorch",
            Assert.Throws<UserErrorException>(() => TorchFiles.Find(chosen.Path, [app.Path])).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void The_version_is_read_from_the_parent_folder()
    {
        using var python = new TemporaryFolder();
        python.File(
            "version.py",
            "from typing import Optional\n__all__ = ['__version__', 'debug']\n__version__ = '2.11.0+cu130'\ndebug = False\n"
        );
        Assert.Equal("2.11.0+cu130", TorchFiles.VersionOf(Path.Combine(python.Path, "lib")));
        Assert.Equal("2.11.0+cu130", TorchFiles.VersionOf(Path.Combine(python.Path, "lib") + Path.DirectorySeparatorChar));

        using var own = new TemporaryFolder();
        own.File("build-version", "2.10.0+cpu\n");
        Assert.Equal("2.10.0+cpu", TorchFiles.VersionOf(Path.Combine(own.Path, "lib")));

        using var other = new TemporaryFolder();
        other.File("version.py", "version = 2\n");
        Assert.Null(TorchFiles.VersionOf(Path.Combine(other.Path, "lib")));
    }

    private static string In(TemporaryFolder folder, string library) => Path.Combine(folder.Path, TorchFiles.FileName(library));

    private static void Touch(TemporaryFolder folder, params string[] libraries)
    {
        foreach (var library in libraries)
        {
            folder.File(TorchFiles.FileName(library), "");
        }
    }
}
