using SkillFactory.Core.Artifacts;
using SkillFactory.Core.Recipes;
using SkillFactory.Core.Traces;

namespace SkillFactory.Core.Pipeline;

/// <summary>A phrase file of one's own travels with the experiment: see <see cref="StoredFile"/>.</summary>
public static class PhraseFiles
{
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
    public static async Task<PhraseSet> ResolveAsync(string phrases, IArtifactStore store, CancellationToken cancellationToken = default) =>
        PhraseSet.Resolve(await StoredFile.PathAsync(phrases, MediaType, store, cancellationToken));

    private static async Task<TraceSettings> ImportAsync(TraceSettings traces, IArtifactStore store, CancellationToken cancellationToken)
    {
        if (!RecipeValues.IsPhraseFile(traces.Phrases) || StoredFile.IsStored(traces.Phrases))
        {
            return traces;
        }

        PhraseSet.Resolve(traces.Phrases);
        return traces with { Phrases = StoredFile.NameOf(await store.PutFileAsync(traces.Phrases, MediaType, cancellationToken)) };
    }
}
