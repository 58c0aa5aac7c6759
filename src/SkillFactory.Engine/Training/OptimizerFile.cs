using System.Globalization;
using SkillFactory.Engine.Models;
using SkillFactory.Primitives.Errors;
using SkillFactory.Storage.Safetensors;

namespace SkillFactory.Engine.Training;

/// <summary>A safetensors file with the state of an optimiser by tensor: <c>exp_avg.NAME</c> and <c>exp_avg_sq.NAME</c>, and the fp32
/// weights as <c>master.NAME</c> where they are not in a weight file.</summary>
public static class OptimizerFile
{
    private const string First = "exp_avg.";
    private const string Second = "exp_avg_sq.";
    private const string Master = "master.";
    private const string StepKey = "step";

    /// <summary>Writes the file.</summary>
    /// <param name="stream">Receives the file.</param>
    /// <param name="optimizer">Its moments, and its masters if it has any.</param>
    /// <param name="scope">Identifies the run that wrote the file.</param>
    /// <param name="withWeights">Whether to write the fp32 weights even if they are no masters.</param>
    public static void Write(Stream stream, AdamW optimizer, string scope, bool withWeights = false)
    {
        List<(string Prefix, ParameterBuckets Values)> parts = [(First, optimizer.First), (Second, optimizer.Second)];
        if (withWeights || optimizer.HasMasters)
        {
            parts.Add((Master, optimizer.Masters));
        }

        var plan = parts.SelectMany(p =>
            p.Values.Layout.Slots.Select(s => new TensorPlan(p.Prefix + s.Name, p.Values.StoredType, s.Shape))
        );
        var writer = new SafetensorsWriter(
            stream,
            [.. plan],
            new Dictionary<string, string> { [StepKey] = optimizer.Step.ToString(CultureInfo.InvariantCulture), ["scope"] = scope }
        );
        foreach (var (prefix, values) in parts)
        {
            foreach (var slot in values.Layout.Slots)
            {
                WeightFile.WriteTensor(writer, prefix + slot.Name, slot, values);
            }
        }

        writer.Complete();
    }

    /// <summary>Restores the optimiser, and its weights if the file holds them.</summary>
    /// <exception cref="UserErrorException">The file is damaged, or lacks masters that the optimiser needs.</exception>
    public static void Load(string path, AdamW optimizer)
    {
        using var file = new SafetensorsReader(path);
        var holdsWeights = file.Tensors.Keys.Any(name => name.StartsWith(Master, StringComparison.Ordinal));
        if (optimizer.HasMasters && !holdsWeights)
        {
            throw new UserErrorException($"{path}: there are no fp32 weights; training in bf16 needs them");
        }

        foreach (var slot in optimizer.First.Layout.Slots)
        {
            WeightFile.ReadTensor(file, First + slot.Name, slot, optimizer.First);
            WeightFile.ReadTensor(file, Second + slot.Name, slot, optimizer.Second);
            if (holdsWeights)
            {
                WeightFile.ReadTensor(file, Master + slot.Name, slot, optimizer.Masters);
            }
        }

        optimizer.Round();
        optimizer.Step = int.Parse(file.Metadata[StepKey], CultureInfo.InvariantCulture);
    }
}
