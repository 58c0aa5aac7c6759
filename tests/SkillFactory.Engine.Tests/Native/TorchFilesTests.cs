using SkillFactory.Core.Errors;
using SkillFactory.Engine.Native;

namespace SkillFactory.Engine.Tests.Native;

/// <summary>Where libtorch is taken from: the application's own files or a folder of the user's choice, never both.</summary>
public class TorchFilesTests
{
    [Fact]
    public void A_chosen_folder_comes_in_the_order_its_libraries_need_each_other()
    {
        using var app = new TemporaryFolder();
        using var chosen = new TemporaryFolder();
        Touch(app, "LibTorchSharp");
        Touch(chosen, "torch", "torch_cuda", "c10_cuda", "torch_cpu", "c10");
        Assert.Equal(
            [.. ((string[])["c10", "torch_cpu", "c10_cuda", "torch_cuda", "torch"]).Select(n => In(chosen, n)), In(app, "LibTorchSharp")],
            TorchFiles.Find(chosen.Path, [app.Path]));
    }

    [Fact]
    public void Without_a_choice_the_packaged_one_is_taken()
    {
        using var app = new TemporaryFolder();
        using var other = new TemporaryFolder();
        Touch(app, "LibTorchSharp", "c10", "torch_cpu", "torch");
        Assert.Equal([.. ((string[])["c10", "torch_cpu", "torch", "LibTorchSharp"]).Select(n => In(app, n))], TorchFiles.Find(null, [other.Path, app.Path]));
    }

    [Fact]
    public void What_is_missing_is_named()
    {
        using var app = new TemporaryFolder();
        using var chosen = new TemporaryFolder();
        string Refused(string? external) => Assert.Throws<UserErrorException>(() => TorchFiles.Find(external, [app.Path])).Message;
        Assert.Contains("installation is incomplete", Refused(null), StringComparison.Ordinal);
        Touch(app, "LibTorchSharp");
        Assert.Contains("carries no libtorch; set SKILLFACTORY_LIBTORCH", Refused(null), StringComparison.Ordinal);
        Assert.Contains("is not a folder", Refused(Path.Combine(chosen.Path, "absent")), StringComparison.Ordinal);
        Touch(chosen, "c10", "torch");
        Assert.Contains($"holds no {TorchFiles.FileName("torch_cpu")}", Refused(chosen.Path), StringComparison.Ordinal);
    }

    [Fact]
    public void A_choice_beside_a_packaged_one_is_refused()
    {
        using var app = new TemporaryFolder();
        using var chosen = new TemporaryFolder();
        Touch(app, "LibTorchSharp", "c10", "torch_cpu", "torch");
        Touch(chosen, "c10", "torch_cpu", "torch");
        Assert.Contains("carries its own libtorch", Assert.Throws<UserErrorException>(() => TorchFiles.Find(chosen.Path, [app.Path])).Message, StringComparison.Ordinal);
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
