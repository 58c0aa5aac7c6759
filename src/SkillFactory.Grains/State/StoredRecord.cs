using Orleans.Storage;

namespace SkillFactory.Grains.State;

/// <summary>What the storage provider stores of a grain.</summary>
internal sealed class StoredRecord
{
    public BinaryData Content { get; init; } = BinaryData.Empty;
}

/// <summary>Passes the content of a <see cref="StoredRecord"/> through unchanged.</summary>
internal sealed class StoredRecordSerializer : IGrainStorageSerializer
{
    public BinaryData Serialize<T>(T? input) =>
        input is StoredRecord record ? record.Content : throw new NotSupportedException($"{typeof(T)} does not go through StateStorage");

    public T Deserialize<T>(BinaryData input) =>
        new StoredRecord { Content = input } is T record
            ? record
            : throw new NotSupportedException($"{typeof(T)} does not go through StateStorage");
}
