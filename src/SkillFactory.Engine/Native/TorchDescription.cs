namespace SkillFactory.Engine.Native;

/// <summary>The libtorch that this process uses.</summary>
/// <param name="Path">Folder of libtorch.</param>
/// <param name="Version">Version of libtorch, or "of unknown version".</param>
/// <param name="External">Whether <see cref="TorchLibrary.Variable"/> chose it.</param>
/// <param name="CudaAvailable">Whether CUDA devices can be used.</param>
/// <param name="CudaDevices">Number of CUDA devices.</param>
public sealed record TorchDescription(string Path, string Version, bool External, bool CudaAvailable, int CudaDevices);
