using System.Runtime.InteropServices;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Engine.Native;

/// <summary>
/// Has libtorch take those CUDA kernels that give the same bits each time. By default some add with atomics in whatever order threads arrive
/// (the gradient of a look-up, of attention), and the same recipe and seed would end in other weights. TorchSharp has no binding for the switch
/// (<c>torch.use_deterministic_algorithms</c>), so it is thrown where libtorch has it.
/// </summary>
internal static class CudaDeterminism
{
    /// <summary>cuBLAS promises the same bits with a fixed workspace, and libtorch insists on it (docs.nvidia.com/cuda/cublas, "Results reproducibility").</summary>
    private const string WorkspaceVariable = "CUBLAS_WORKSPACE_CONFIG";
    private const string Workspace = ":4096:8";

    private const string GlobalContext = "_ZN2at13globalContextEv";
    private const string SetAlgorithms = "_ZN2at7Context26setDeterministicAlgorithmsEbb";
    private const string SetFill = "_ZN2at7Context39setDeterministicFillUninitializedMemoryEb";

    /// <param name="torchCpu">Path of the loaded torch_cpu library.</param>
    /// <param name="on">Whether kernels must repeat themselves, at the cost of some speed.</param>
    /// <exception cref="UserErrorException">The library has no such switch.</exception>
    public static unsafe void Switch(string torchCpu, bool on)
    {
        // The user's own choice stays.
        _ = SetVariable(WorkspaceVariable, Workspace, overwrite: 0);
        var library = NativeLibrary.Load(torchCpu);
        nint Export(string name) =>
            NativeLibrary.TryGetExport(library, name, out var address)
                ? address
                : throw new UserErrorException(
                    $"{torchCpu} has no {name}, so its CUDA kernels cannot be made to repeat themselves; use libtorch {TorchLibrary.TestedVersion}"
                );
        var context = ((delegate* unmanaged<nint>)Export(GlobalContext))();
        ((delegate* unmanaged<nint, byte, byte, void>)Export(SetAlgorithms))(context, on ? (byte)1 : (byte)0, 0);

        // Filling new memory with NaN would cost a kernel for every tensor; nothing here reads what it has not written.
        ((delegate* unmanaged<nint, byte, void>)Export(SetFill))(context, 0);
    }

    /// <summary>libtorch reads the C library's environment, which the runtime's own is a copy of.</summary>
    [DllImport("libc.so.6", EntryPoint = "setenv")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SetVariable(
        [MarshalAs(UnmanagedType.LPUTF8Str)] string name,
        [MarshalAs(UnmanagedType.LPUTF8Str)] string value,
        int overwrite
    );
}
