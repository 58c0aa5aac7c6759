using SkillFactory.Engine.Devices;
using SkillFactory.Engine.Models;
using SkillFactory.Engine.Training;
using TorchSharp;

namespace SkillFactory.Engine.Tests.Models;

/// <summary>Values of small models as arrays, tensor after tensor. The order does not depend on the buckets.</summary>
internal static class BucketArrays
{
    public static float[] ToArray(this ParameterBuckets buckets)
    {
        var values = new float[buckets.Layout.Count];
        foreach (var (slot, first) in Slots(buckets.Layout))
        {
            buckets.Read(slot, 0, values.AsSpan(first, (int)slot.Count));
        }

        return values;
    }

    public static void CopyFrom(this ParameterBuckets buckets, float[] values)
    {
        Assert.Equal(buckets.Layout.Count, values.Length);
        foreach (var (slot, first) in Slots(buckets.Layout))
        {
            buckets.Write(slot, 0, values.AsSpan(first, (int)slot.Count));
        }
    }

    public static ParameterBuckets ToBuckets(this float[] values, ParameterLayout layout)
    {
        var buckets = new ParameterBuckets(layout, DeviceSpec.Cpu);
        buckets.CopyFrom(values);
        return buckets;
    }

    public static float[] ToArray(this DecoderWeights weights) => weights.Values.ToArray();

    public static void CopyFrom(this DecoderWeights weights, float[] values) => weights.Values.CopyFrom(values);

    public static float[] GradientToArray(this Trainer trainer) => trainer.Gradient.ToArray();

    public static (float[] First, float[] Second) ToArrays(this AdamW optimizer) => (optimizer.First.ToArray(), optimizer.Second.ToArray());

    /// <summary>Updates with a gradient that stays as it is.</summary>
    public static double Update(this AdamW optimizer, float[] gradient, double learningRate, AdamWSettings settings)
    {
        using var buckets = gradient.ToBuckets(optimizer.First.Layout);
        return optimizer.Update(buckets, learningRate, settings);
    }

    /// <summary>Index of a tensor's first element in the arrays.</summary>
    public static int IndexOf(this ParameterLayout layout, string name) => Slots(layout).Single(s => s.Slot.Name == name).First;

    private static IEnumerable<(ParameterSlot Slot, int First)> Slots(ParameterLayout layout)
    {
        var first = 0;
        foreach (var slot in layout.Slots)
        {
            yield return (slot, first);
            first += (int)slot.Count;
        }
    }
}
