using SkillFactory.Core.Artifacts;
using SkillFactory.Core.Recipes;
using SkillFactory.Core.Traces;
using SkillFactory.Primitives.Errors;
using SkillFactory.Storage.ModelFolders;

namespace SkillFactory.Data.RecipeInputs;

/// <summary>Phrase files of a recipe. They are copied to the artifact store, so that workers on other machines can read them (see
/// <see cref="StoredFile"/>).</summary>
public static class PhraseFiles
{
    private const string MediaType = "application/yaml";

    /// <summary>Reads the phrase files once.</summary>
    /// <exception cref="UserErrorException">A file is missing or not valid.</exception>
    public static void Check(Recipe recipe)
    {
        foreach (var traces in SettingsOf(recipe).Where(t => IsPath(t.Phrases)))
        {
            PhraseSet.Resolve(traces.Phrases);
        }
    }

    /// <summary>Stores the phrase files, and replaces their paths in the recipe by content-based names.</summary>
    /// <exception cref="UserErrorException">A file is missing or not valid.</exception>
    public static async Task<Recipe> ImportAsync(Recipe recipe, IArtifactStore store, CancellationToken cancellationToken = default)
    {
        var stored = new Dictionary<TraceSettings, TraceSettings>(ReferenceEqualityComparer.Instance);
        foreach (var traces in SettingsOf(recipe))
        {
            stored[traces] = await ImportAsync(traces, store, cancellationToken);
        }

        return recipe with
        {
            Traces = stored[recipe.Traces],
            Arms = [.. recipe.Arms.Select(a => a.WithSections(s => s.Traces is { } traces ? s with { Traces = stored[traces] } : s))],
        };
    }

    /// <summary>Loads a phrase set by the name in the settings.</summary>
    public static async Task<PhraseSet> ResolveAsync(string phrases, IArtifactStore store, CancellationToken cancellationToken = default) =>
        PhraseSet.Resolve(await StoredFile.PathAsync(phrases, MediaType, store, cancellationToken));

    private static IEnumerable<TraceSettings> SettingsOf(Recipe recipe) =>
        recipe.Arms.SelectMany(a => a.Rounds.Prepend(a.Set)).Select(s => s.Traces).OfType<TraceSettings>().Prepend(recipe.Traces);

    private static bool IsPath(string phrases) => RecipeValues.IsPhraseFile(phrases) && !StoredFile.IsStored(phrases);

    private static async Task<TraceSettings> ImportAsync(TraceSettings traces, IArtifactStore store, CancellationToken cancellationToken)
    {
        if (!IsPath(traces.Phrases))
        {
            return traces;
        }

        PhraseSet.Resolve(traces.Phrases);
        return traces with { Phrases = StoredFile.NameOf(await store.PutFileAsync(traces.Phrases, MediaType, cancellationToken)) };
    }
}
