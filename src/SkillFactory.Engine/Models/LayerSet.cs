namespace SkillFactory.Engine.Models;

/// <summary>Some of a decoder's layers. Two sets with the same layers are equal.</summary>
public sealed class LayerSet : IEquatable<LayerSet>
{
    private readonly SortedSet<int> _layers;

    public LayerSet(IEnumerable<int> layers) => _layers = [.. layers];

    public static LayerSet None { get; } = new([]);

    public bool IsEmpty => _layers.Count == 0;

    public bool Contains(int layer) => _layers.Contains(layer);

    public bool Equals(LayerSet? other) => other is not null && _layers.SetEquals(other._layers);

    public override bool Equals(object? obj) => Equals(obj as LayerSet);

    public override int GetHashCode() => _layers.Aggregate(0, HashCode.Combine);

    public override string ToString() => string.Join(", ", _layers);
}
