using SkillFactory.Primitives.Errors;
using SkillFactory.Storage.Safetensors;

namespace SkillFactory.Storage.ModelFolders;

/// <summary>
/// Joins the shards of a checkpoint into one safetensors file, the only form in which the system stores and transfers weights. Tensors
/// are copied unchanged and sorted by name, so that the same weights give the same bytes however they are sharded.
/// </summary>
internal static class ShardedWeights
{
    private const int ChunkBytes = 1 << 20;

    /// <param name="folder">The model folder, with a <see cref="ShardIndex"/>.</param>
    /// <param name="stream">Receives the file, written front to back.</param>
    /// <exception cref="UserErrorException">The index or a shard is missing or damaged, or they contradict each other.</exception>
    public static void Write(string folder, Stream stream, CancellationToken cancellationToken)
    {
        using var files = WeightFiles.Open(folder);
        var tensors = files.Names.Order(StringComparer.Ordinal).Select(name => files.Find(name)!.Tensors[name]).ToList();
        var writer = new SafetensorsWriter(stream, [.. tensors.Select(t => new TensorPlan(t.Name, t.Type, t.Shape))]);
        var buffer = new byte[ChunkBytes];
        foreach (var tensor in tensors)
        {
            var file = files.Find(tensor.Name)!;
            for (long offset = 0; offset < tensor.Length; )
            {
                cancellationToken.ThrowIfCancellationRequested();
                var chunk = buffer.AsSpan(0, (int)Math.Min(tensor.Length - offset, ChunkBytes));
                file.ReadBytes(tensor.Name, offset, chunk);
                writer.Write(tensor.Name, chunk);
                offset += chunk.Length;
            }
        }

        writer.Complete();
    }
}
