using System.Runtime.InteropServices;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Engine.Native;

/// <summary>
/// Makes libtorch use deterministic CUDA kernels. By default some kernels (the gradients of embeddings and attention) add with atomics in
/// an order that varies, so the same recipe and seed would give different weights. TorchSharp has no binding for
/// <c>torch.use_deterministic_algorithms</c>, so this calls libtorch directly.
/// </summary>
internal static class CudaDeterminism
{
    /// <summary>cuBLAS is deterministic only with a fixed workspace, and libtorch checks that it is set (docs.nvidia.com/cuda/cublas,
    /// "Results reproducibility").</summary>
    private const string WorkspaceVariable = "CUBLAS_WORKSPACE_CONFIG";
    private const string Workspace = ":4096:8";

    private const string GlobalContext = "_ZN2at13globalContextEv";
    private const string SetAlgorithms = "_ZN2at7Context26setDeterministicAlgorithmsEbb";
    private const string SetFill = "_ZN2at7Context39setDeterministicFillUninitializedMemoryEb";

    /// <param name="torchCpu">Path of the loaded torch_cpu library.</param>
    /// <param name="on">Whether kernels must be deterministic, at the cost of some speed.</param>
    /// <exception cref="UserErrorException">The library lacks the functions.</exception>
    public static unsafe void Switch(string torchCpu, bool on)
    {
        // Does not overwrite a value that the user set.
        _ = SetVariable(WorkspaceVariable, Workspace, overwrite: 0);
        var library = NativeLibrary.Load(torchCpu);
        nint Export(string name) =>
            NativeLibrary.TryGetExport(library, name, out var address)
                ? address
                : throw new UserErrorException(
                    $"{torchCpu} has no {name}, so its CUDA kernels cannot be made deterministic; use libtorch {TorchLibrary.TestedVersion}"
                );
        var context = ((delegate* unmanaged<nint>)Export(GlobalContext))();
        ((delegate* unmanaged<nint, byte, byte, void>)Export(SetAlgorithms))(context, on ? (byte)1 : (byte)0, 0);

        // Filling new memory with NaN would cost a kernel per tensor, and no code here reads uninitialised memory.
        ((delegate* unmanaged<nint, byte, void>)Export(SetFill))(context, 0);
    }

    /// <summary>Sets a variable in the environment of the C library, which libtorch reads. .NET only changes its own copy.</summary>
    [DllImport("libc.so.6", EntryPoint = "setenv")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SetVariable(
        [MarshalAs(UnmanagedType.LPUTF8Str)] string name,
        [MarshalAs(UnmanagedType.LPUTF8Str)] string value,
        int overwrite
    );
}
