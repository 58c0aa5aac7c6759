using Orleans.Concurrency;

namespace SkillFactory.Contracts.Experiments;

/// <summary>Lists the experiments of one tenant (its key). An entry may lag behind its experiment, whose grain has the truth.</summary>
[Alias("skillfactory.catalog")]
public interface IExperimentCatalogGrain : IGrainWithStringKey
{
    /// <summary>Adds or replaces the entry of an experiment. Idempotent. Durable on return.</summary>
    [Alias("Record")]
    Task RecordAsync(CatalogEntry entry);

    /// <summary>At most 1,000 entries, newest first.</summary>
    /// <param name="search">Part of the id or name, ignoring case; null or empty for all.</param>
    [Alias("List")]
    [ReadOnly]
    Task<IReadOnlyList<CatalogEntry>> ListAsync(string? search);
}

[GenerateSerializer, Alias("skillfactory.catalog-entry")]
public sealed record CatalogEntry(
    [property: Id(0)] string ExperimentId,
    [property: Id(1)] string Name,
    [property: Id(2)] ExperimentPhase Phase,
    [property: Id(3)] DateTimeOffset SubmittedAt,
    [property: Id(4)] string OutputFolder
);
