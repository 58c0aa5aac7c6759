using SkillFactory.Core.Artifacts;
using SkillFactory.Core.Recipes;
using SkillFactory.Core.Traces;

namespace SkillFactory.Core.Pipeline;

/// <summary>A phrase file of one's own travels with the experiment: where it runs, the author's disk is out of reach. In a submitted recipe
/// it is named by its content.</summary>
public static class PhraseFiles
{
    private const string Prefix = "artifact:";
    private const string MediaType = "application/yaml";

    /// <summary>Stores the recipe's phrase files and names them by content.</summary>
    /// <exception cref="Errors.UserErrorException">A file is missing or not valid.</exception>
    public static async Task<Recipe> ImportAsync(Recipe recipe, IArtifactStore store, CancellationToken cancellationToken = default)
    {
        var arms = new List<ArmSettings>();
        foreach (var arm in recipe.Arms)
        {
            arms.Add(arm.Set.Traces is { } traces ? arm with { Set = arm.Set with { Traces = await ImportAsync(traces, store, cancellationToken) } } : arm);
        }

        return recipe with { Traces = await ImportAsync(recipe.Traces, store, cancellationToken), Arms = arms };
    }

    /// <summary>The phrases that settings name.</summary>
    public static async Task<PhraseSet> ResolveAsync(string phrases, IArtifactStore store, CancellationToken cancellationToken = default)
    {
        if (!phrases.StartsWith(Prefix, StringComparison.Ordinal))
        {
            return PhraseSet.Resolve(phrases);
        }

        var parts = phrases[Prefix.Length..].Split(':');
        return PhraseSet.Resolve(await store.GetLocalPathAsync(new ArtifactRef(parts[0], long.Parse(parts[1]), MediaType), cancellationToken));
    }

    private static async Task<TraceSettings> ImportAsync(TraceSettings traces, IArtifactStore store, CancellationToken cancellationToken)
    {
        if (!RecipeValues.IsPhraseFile(traces.Phrases) || traces.Phrases.StartsWith(Prefix, StringComparison.Ordinal))
        {
            return traces;
        }

        PhraseSet.Resolve(traces.Phrases);
        var artifact = await store.PutFileAsync(traces.Phrases, MediaType, cancellationToken);
        return traces with { Phrases = $"{Prefix}{artifact.Hash}:{artifact.Bytes}" };
    }
}
