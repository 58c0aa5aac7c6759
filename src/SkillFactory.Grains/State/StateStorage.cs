using Orleans.Runtime;
using Orleans.Storage;
using SkillFactory.Contracts.State;

namespace SkillFactory.Grains.State;

/// <summary>
/// Grain storage that converts state to its stored form outside of the provider, which stores plain bytes. A provider may keep only the
/// text of an exception from its serializer (that of Redis does); thrown from here, a <see cref="StateFormatException"/> reaches the caller
/// of the grain with its type.
/// </summary>
/// <param name="records">The provider.</param>
internal sealed class StateStorage(IGrainStorage records) : IGrainStorage
{
    public async Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var record = new GrainState<StoredRecord>(new StoredRecord());
        await records.ReadStateAsync(stateName, grainId, record);
        grainState.State = record.RecordExists
            ? StateEnvelopeSerializer.Deserialize<T>(record.State!.Content)
            : Activator.CreateInstance<T>();
        (grainState.ETag, grainState.RecordExists) = (record.ETag, record.RecordExists);
    }

    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var content = StateEnvelopeSerializer.Serialize(grainState.State);
        var record = RecordOf(grainState, new StoredRecord { Content = content });
        await records.WriteStateAsync(stateName, grainId, record);
        (grainState.ETag, grainState.RecordExists) = (record.ETag, record.RecordExists);
    }

    public async Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var record = RecordOf(grainState, new StoredRecord());
        await records.ClearStateAsync(stateName, grainId, record);
        grainState.State = Activator.CreateInstance<T>();
        (grainState.ETag, grainState.RecordExists) = (record.ETag, record.RecordExists);
    }

    private static GrainState<StoredRecord> RecordOf<T>(IGrainState<T> state, StoredRecord record) =>
        new(record, state.ETag) { RecordExists = state.RecordExists };
}
