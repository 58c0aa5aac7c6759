using System.Globalization;
using SkillFactory.Storage.Safetensors;

namespace SkillFactory.Engine.Training;

/// <summary>A safetensors file with the moments of an optimiser, and optionally the weights, in the order of the flat buffer.</summary>
public static class OptimizerFile
{
    private const string First = "exp_avg";
    private const string Second = "exp_avg_sq";
    private const string Weights = "weights";
    private const string StepKey = "step";

    /// <summary>Writes the file.</summary>
    /// <param name="stream">Receives the file.</param>
    /// <param name="first">[Count]</param>
    /// <param name="second">[Count]</param>
    /// <param name="step">Number of optimiser steps taken.</param>
    /// <param name="scope">Identifies the run that wrote the file.</param>
    /// <param name="weights">[Count], or null to leave them out.</param>
    public static Task WriteAsync(Stream stream, float[] first, float[] second, int step, string scope, float[]? weights = null)
    {
        var parts = new List<(string Name, float[] Values)> { (First, first), (Second, second) };
        if (weights is not null)
        {
            parts.Add((Weights, weights));
        }

        var writer = new SafetensorsWriter(
            stream,
            [.. parts.Select(p => new TensorPlan(p.Name, TensorType.F32, [p.Values.Length]))],
            new Dictionary<string, string> { [StepKey] = step.ToString(CultureInfo.InvariantCulture), ["scope"] = scope }
        );
        foreach (var (name, values) in parts)
        {
            writer.Write(name, values);
        }

        writer.Complete();
        return Task.CompletedTask;
    }

    /// <summary>Restores the optimiser from a file.</summary>
    /// <returns>The weights [Count], or an empty array if the file has none.</returns>
    public static float[] Load(string path, AdamW optimizer)
    {
        using var file = new SafetensorsReader(path);
        float[] Read(string name)
        {
            var values = new float[file.Tensors[name].Count];
            file.ReadInto(name, values);
            return values;
        }

        optimizer.Restore(Read(First), Read(Second), int.Parse(file.Metadata[StepKey], CultureInfo.InvariantCulture));
        return file.Tensors.ContainsKey(Weights) ? Read(Weights) : [];
    }
}
