using System.Numerics.Tensors;
using SkillFactory.Primitives.Errors;
using SkillFactory.Storage.Safetensors;

namespace SkillFactory.Engine.Models;

/// <summary>A decoder's weights as one safetensors file in Hugging Face naming.</summary>
public static class WeightFile
{
    public const string MediaType = "application/x-safetensors";

    /// <summary>Fills the weights from a file.</summary>
    /// <exception cref="UserErrorException">The file is missing or damaged, or a tensor is missing, has the wrong shape or holds values
    /// that are not finite.</exception>
    public static void Load(string path, DecoderWeights weights) => weights.CopyFrom(Read(path, weights.Layout));

    /// <summary>Reads a file into a new flat buffer.</summary>
    public static float[] Read(string path, ParameterLayout layout)
    {
        using var file = new SafetensorsReader(path);
        var values = new float[layout.Count];
        foreach (var slot in layout.Slots)
        {
            if (!file.Tensors.TryGetValue(slot.Name, out var entry))
            {
                throw new UserErrorException(
                    $"{path}: tensor '{slot.Name}' is missing{NearestName.Hint(slot.Name, [.. file.Tensors.Keys.Take(50)])}"
                );
            }

            if (!entry.Shape.SequenceEqual(slot.Shape))
            {
                throw new UserErrorException(
                    $"{path}: tensor '{slot.Name}' has shape {TensorEntry.Describe(entry.Shape)}; "
                        + $"the model requires {TensorEntry.Describe(slot.Shape)}"
                );
            }

            var tensor = values.AsSpan((int)slot.Offset, (int)slot.Count);
            file.ReadInto(slot.Name, tensor);
            if (!TensorPrimitives.IsFiniteAll<float>(tensor))
            {
                throw file.NotFinite(slot.Name);
            }
        }

        return values;
    }

    /// <summary>Writes the flat buffer as named tensors.</summary>
    /// <param name="stream">Receives the file.</param>
    /// <param name="layout">Names and shapes.</param>
    /// <param name="values">[Count].</param>
    public static Task WriteAsync(Stream stream, ParameterLayout layout, float[] values)
    {
        var writer = new SafetensorsWriter(
            stream,
            [.. layout.Slots.Select(s => new TensorPlan(s.Name, TensorType.F32, s.Shape))],
            new Dictionary<string, string> { ["format"] = "pt" }
        );
        foreach (var slot in layout.Slots)
        {
            writer.Write(slot.Name, values.AsSpan((int)slot.Offset, (int)slot.Count));
        }

        writer.Complete();
        return Task.CompletedTask;
    }
}
