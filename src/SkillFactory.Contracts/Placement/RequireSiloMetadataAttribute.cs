using Orleans.Metadata;
using Orleans.Placement;
using Orleans.Runtime;

namespace SkillFactory.Contracts.Placement;

/// <summary>Places a grain only on silos whose metadata has <paramref name="value"/> (alone or in a comma-separated list) under
/// <paramref name="key"/>, e.g. <c>[RequireSiloMetadata(SiloMetadataKeys.Role, SiloRoles.Learner)]</c>. Works with any placement strategy.
/// When no silo matches, the call fails with a placement error.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class RequireSiloMetadataAttribute(string key, string value)
    : PlacementFilterAttribute(new RequireSiloMetadataStrategy(key, value));

/// <summary>Places a grain only on the silo named by the first part of its key ("silo/device/slot"). The grain never
/// moves: when that silo is gone, calls fail with a placement error.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class PinToSiloInKeyAttribute() : PlacementFilterAttribute(new PinToSiloInKeyStrategy());

/// <summary>The placement filter of <see cref="RequireSiloMetadataAttribute"/>, as data.</summary>
public sealed class RequireSiloMetadataStrategy(string key, string value, int order) : PlacementFilterStrategy(order)
{
    private const string KeyProperty = "key";
    private const string ValueProperty = "value";

    public RequireSiloMetadataStrategy()
        : this("", "", 0) { }

    public RequireSiloMetadataStrategy(string key, string value)
        : this(key, value, 0) { }

    public string Key { get; private set; } = key;

    public string Value { get; private set; } = value;

    /// <inheritdoc/>
    public override void AdditionalInitialize(GrainProperties properties)
    {
        Key = GetPlacementFilterGrainProperty(KeyProperty, properties) ?? throw new ArgumentException("A placement filter has no key.");
        Value = GetPlacementFilterGrainProperty(ValueProperty, properties)
            ?? throw new ArgumentException("A placement filter has no value.");
    }

    /// <inheritdoc/>
    protected override IEnumerable<KeyValuePair<string, string>> GetAdditionalGrainProperties(
        IServiceProvider services,
        Type grainClass,
        GrainType grainType,
        IReadOnlyDictionary<string, string> existingProperties
    ) => [new(KeyProperty, Key), new(ValueProperty, Value)];
}

/// <summary>The placement filter of <see cref="PinToSiloInKeyAttribute"/>, which has no data.</summary>
public sealed class PinToSiloInKeyStrategy(int order) : PlacementFilterStrategy(order)
{
    public PinToSiloInKeyStrategy()
        : this(1) { }
}
