namespace SkillFactory.Engine.Models;

/// <summary>
/// Where each parameter is in the flat buffer, in the order of <see cref="DecoderParameters"/>.
/// </summary>
public sealed class ParameterLayout
{
    private readonly Dictionary<string, ParameterSlot> _byName = [];

    public ParameterLayout(DecoderShape shape)
    {
        Shape = shape;
        long offset = 0;
        var slots = new List<ParameterSlot>();
        foreach (var group in DecoderParameters.Of(shape))
        {
            foreach (var tensor in group.Tensors)
            {
                var slot = new ParameterSlot(tensor.Name, tensor.Shape, offset);
                slots.Add(slot);
                _byName.Add(slot.Name, slot);
                offset += slot.Count;
            }

            DecayedCount = group.Decayed ? offset : DecayedCount;
        }

        Slots = slots;
        Count = offset;
    }

    public DecoderShape Shape { get; }

    public IReadOnlyList<ParameterSlot> Slots { get; }

    /// <summary>Number of elements of the buffer.</summary>
    public long Count { get; }

    /// <summary>Number of elements, from the first on, that take weight decay.</summary>
    public long DecayedCount { get; }

    public ParameterSlot this[string name] => _byName[name];
}
