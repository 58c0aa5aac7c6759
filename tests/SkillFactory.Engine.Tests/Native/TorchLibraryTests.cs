using System.Runtime.InteropServices;
using SkillFactory.Engine.Devices;
using SkillFactory.Engine.Native;
using SkillFactory.Primitives.Errors;
using TorchSharp;

namespace SkillFactory.Engine.Tests.Native;

public class TorchLibraryTests
{
    [Fact]
    public void The_packaged_library_loads_and_passes_the_self_test()
    {
        TorchLibrary.Load();
        TorchLibrary.Use(DeviceSpec.Cpu);
        Assert.Empty(NativeSelfTest.Run(torch.CPU));

        var description = TorchLibrary.Describe();
        Assert.StartsWith(TorchLibrary.TestedVersion + ".", description.Version, StringComparison.Ordinal);
        Assert.True(Directory.Exists(description.Path));
        Assert.False(description.External);
        Assert.Equal(description.CudaAvailable, description.CudaDevices > 0);
    }

    [Fact]
    public void A_missing_device_is_refused_with_the_reason()
    {
        var error = Assert.Throws<UserErrorException>(() => TorchLibrary.Use(DeviceSpec.Parse("cuda:99")));
        Assert.StartsWith("device 'cuda:99' ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Deterministic_kernels_can_be_switched_on_and_off()
    {
        var library = Path.Combine(TorchLibrary.Describe().Path, TorchFiles.FileName("torch_cpu"));
        try
        {
            CudaDeterminism.Switch(library, on: true);
            Assert.True(IsOn(library));
        }
        finally
        {
            CudaDeterminism.Switch(library, on: false);
        }

        Assert.False(IsOn(library));
    }

    [Fact]
    public void The_self_test_reports_checks_that_cannot_run() =>
        Assert.Equal(7, NativeSelfTest.Run(new torch.Device(DeviceType.META)).Count);

    [Theory]
    [InlineData(
        "/lib/x86_64-linux-gnu/libstdc++.so.6: version `GLIBCXX_3.4.32' not found (required by /app/libLibTorchSharp.so)",
        "libLibTorchSharp.so needs GLIBCXX_3.4.32 of libstdc++.so.6, which this system's copy lacks"
    )]
    [InlineData(
        "libgomp.so.1: cannot open shared object file: No such file or directory",
        "libLibTorchSharp.so needs libgomp.so.1, which is not on this system"
    )]
    [InlineData(
        "/app/libLibTorchSharp.so: cannot open shared object file: No such file or directory",
        "/app/libLibTorchSharp.so is missing"
    )]
    [InlineData("/app/libLibTorchSharp.so: invalid ELF header", "made for another processor or system")]
    [InlineData("/app/libLibTorchSharp.so: wrong ELF class: ELFCLASS32", "made for another processor or system")]
    [InlineData("/app/libLibTorchSharp.so: undefined symbol: _ZN2at4_ops3addE", "needs the symbol _ZN2at4_ops3addE")]
    [InlineData("something new", "libLibTorchSharp.so did not load: something new")]
    public void Loader_reports_are_explained(string report, string expected) =>
        Assert.Contains(
            expected,
            LoadFailure.Explain(
                "/app/libLibTorchSharp.so",
                $"Unable to load shared library '/app/libLibTorchSharp.so' or one of its dependencies.\n{report}\n"
            ),
            StringComparison.Ordinal
        );

    [Fact]
    public void Reports_of_the_real_loader_are_explained()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("libtorch.so", new string('x', 5000));
        var report = Assert.ThrowsAny<Exception>(() => NativeLibrary.Load(path)).Message;
        Assert.Contains("made for another processor or system", LoadFailure.Explain(path, report), StringComparison.Ordinal);

        path = Path.Combine(folder.Path, "libabsent.so");
        report = Assert.ThrowsAny<Exception>(() => NativeLibrary.Load(path)).Message;
        Assert.Equal($"{path} is missing or cannot be read", LoadFailure.Explain(path, report));
    }

    /// <summary>Calls at::Context::deterministicAlgorithms, as the kernels do.</summary>
    private static unsafe bool IsOn(string torchCpu)
    {
        var library = NativeLibrary.Load(torchCpu);
        var context = ((delegate* unmanaged<nint>)NativeLibrary.GetExport(library, "_ZN2at13globalContextEv"))();
        return ((delegate* unmanaged<nint, byte>)NativeLibrary.GetExport(library, "_ZNK2at7Context23deterministicAlgorithmsEv"))(context)
            != 0;
    }
}
