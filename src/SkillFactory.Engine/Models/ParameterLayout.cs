namespace SkillFactory.Engine.Models;

/// <summary>
/// Where each parameter is stored. Groups (<see cref="DecoderParameters"/>) follow one another in buckets of limited size. A group never
/// crosses buckets, so that one product reads one view; a group above the limit has a bucket of its own. The groups that take weight decay
/// come first, so at most one bucket holds both kinds, and in it a prefix takes decay.
/// </summary>
/// <remarks>A model within the limit is one bucket, so that sums over all parameters, such as the gradient's norm, have one order of
/// summation.</remarks>
public sealed class ParameterLayout
{
    /// <summary>Elements of a bucket, at most: 1 GiB in fp32.</summary>
    public const long DefaultBucketLimit = 1L << 28;

    private readonly Dictionary<string, ParameterSlot> _byName = new(StringComparer.Ordinal);

    /// <param name="shape">The decoder.</param>
    /// <param name="bucketLimit">Elements of a bucket, at most.</param>
    public ParameterLayout(DecoderShape shape, long bucketLimit = DefaultBucketLimit)
    {
        Shape = shape;
        var (slots, buckets, open) = (new List<ParameterSlot>(), new List<ParameterBucket>(), new ParameterBucket(0, 0));
        foreach (var group in DecoderParameters.Of(shape))
        {
            var size = group.Tensors.Sum(t => t.Count);
            if (open.Count > 0 && open.Count + size > bucketLimit)
            {
                buckets.Add(open);
                open = new(0, 0);
            }

            foreach (var tensor in group.Tensors)
            {
                var slot = new ParameterSlot(tensor.Name, tensor.Shape, buckets.Count, open.Count);
                slots.Add(slot);
                _byName.Add(slot.Name, slot);
                open = open with { Count = open.Count + slot.Count };
            }

            open = group.Decayed ? open with { DecayedCount = open.Count } : open;
        }

        buckets.Add(open);
        (Slots, Buckets) = (slots, buckets);
        Count = buckets.Sum(b => b.Count);
    }

    public DecoderShape Shape { get; }

    /// <summary>All tensors, in the order of buckets and offsets.</summary>
    public IReadOnlyList<ParameterSlot> Slots { get; }

    public IReadOnlyList<ParameterBucket> Buckets { get; }

    /// <summary>Number of elements of all buckets.</summary>
    public long Count { get; }

    public ParameterSlot this[string name] => _byName[name];
}
