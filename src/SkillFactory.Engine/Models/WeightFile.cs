using System.Buffers;
using System.Numerics.Tensors;
using SkillFactory.Primitives.Errors;
using SkillFactory.Storage.ModelFolders;
using SkillFactory.Storage.Safetensors;

namespace SkillFactory.Engine.Models;

/// <summary>A decoder's weights in safetensors files with Hugging Face naming. Values move in chunks, so no more than a few megabytes of
/// host memory are needed besides the weights.</summary>
public static class WeightFile
{
    public const string MediaType = "application/x-safetensors";

    /// <summary>Fills the weights from files, rounded to the type of <paramref name="weights"/>.</summary>
    /// <param name="path">A safetensors file, or a model folder with one or with shards.</param>
    /// <param name="weights">Receives the values.</param>
    /// <exception cref="UserErrorException">A file is missing or damaged, or a tensor is missing, has the wrong shape or holds values that
    /// are not finite.</exception>
    public static void Load(string path, ParameterBuckets weights)
    {
        using var files = WeightFiles.Open(path);
        foreach (var slot in weights.Layout.Slots)
        {
            Load(files, slot, weights);
        }
    }

    /// <summary>Writes the weights as named tensors, in the order of the layout.</summary>
    /// <param name="stream">Receives the file.</param>
    /// <param name="weights">The weights.</param>
    /// <param name="type">F32, BF16 or F16: what values are rounded to, ties to even.</param>
    public static void Write(Stream stream, ParameterBuckets weights, TensorType type)
    {
        var writer = new SafetensorsWriter(stream, [.. weights.Layout.Slots.Select(s => new TensorPlan(s.Name, type, s.Shape))]);
        foreach (var slot in weights.Layout.Slots)
        {
            WriteTensor(writer, slot.Name, slot, weights);
        }

        writer.Complete();
    }

    /// <summary>Writes one tensor as the next one of a file.</summary>
    internal static void WriteTensor(SafetensorsWriter writer, string name, ParameterSlot slot, ParameterBuckets values) =>
        InChunks(slot, (first, part) =>
        {
            values.Read(slot, first, part);
            writer.Write(name, (ReadOnlySpan<float>)part);
        });

    /// <summary>Fills one tensor from a file that has it in the right shape.</summary>
    internal static void ReadTensor(SafetensorsReader file, string name, ParameterSlot slot, ParameterBuckets values) =>
        InChunks(slot, (first, part) =>
        {
            file.ReadInto(name, first, part);
            if (!TensorPrimitives.IsFiniteAll<float>(part))
            {
                throw file.NotFinite(name);
            }

            values.Write(slot, first, part);
        });

    private static void Load(WeightFiles files, ParameterSlot slot, ParameterBuckets weights)
    {
        var file = files.Find(slot.Name)
            ?? throw new UserErrorException(
                $"{files.Path}: tensor '{slot.Name}' is missing{NearestName.Hint(slot.Name, [.. files.Names.Take(50)])}"
            );
        var found = file.Tensors[slot.Name].Shape;
        if (!found.SequenceEqual(slot.Shape))
        {
            throw new UserErrorException(
                $"{file.Path}: tensor '{slot.Name}' has shape {TensorEntry.Describe(found)}; "
                    + $"the model requires {TensorEntry.Describe(slot.Shape)}"
            );
        }

        ReadTensor(file, slot.Name, slot, weights);
    }

    private static void InChunks(ParameterSlot slot, Action<long, Span<float>> move)
    {
        var buffer = ArrayPool<float>.Shared.Rent((int)Math.Min(slot.Count, ParameterBuckets.ChunkLimit));
        try
        {
            for (long first = 0; first < slot.Count; first += ParameterBuckets.ChunkLimit)
            {
                move(first, buffer.AsSpan(0, (int)Math.Min(ParameterBuckets.ChunkLimit, slot.Count - first)));
            }
        }
        finally
        {
            ArrayPool<float>.Shared.Return(buffer);
        }
    }
}
