using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using SkillFactory.Core.Planning;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Core.Recipes;

/// <summary>Reads an experiment's recipe: strict YAML, arms' overrides merged over the recipe's own sections, paths made absolute,
/// every value checked (tasks, levels and their settings too). Whether the model is there and fits is for whoever loads it.</summary>
public static class RecipeReader
{
    /// <summary>Reads a recipe file.</summary>
    /// <exception cref="UserErrorException">Anything that is not a valid recipe: file and line, key, what was found and what
    /// was expected.</exception>
    public static Recipe Read(string path) => Bind(YamlSource.Load(path), FolderOf(path));

    /// <summary>Reads a recipe file and replaces single values before anything is checked.</summary>
    /// <param name="overrides">"key.path=value" with a YAML value, in the order in which they apply.</param>
    /// <exception cref="UserErrorException">As for <see cref="Read(string)"/>; an override's mistake is told by its own text.</exception>
    public static Recipe Read(string path, IReadOnlyList<string> overrides)
    {
        // The file's own mistakes first, at their lines; what is wrong afterwards is the overrides' doing.
        var recipe = Read(path);
        if (overrides.Count == 0)
        {
            return recipe;
        }

        var source = YamlSource.Load(path);
        var root = overrides.Select(RecipeOverrides.Parse).Aggregate(source.Root, (below, above) => below.Overlay(above));
        try
        {
            return Bind(source.WithRoot(root), FolderOf(path));
        }
        catch (UserErrorException e)
        {
            throw new UserErrorException($"with {string.Join(" and ", overrides)}: {e.Message}", e);
        }
    }

    /// <param name="text">The YAML.</param>
    /// <param name="fileName">Named in error messages.</param>
    /// <param name="folder">Relative paths in the recipe start here.</param>
    /// <exception cref="UserErrorException">As for <see cref="Read(string)"/>.</exception>
    public static Recipe Parse(string text, string fileName, string folder) => Bind(YamlSource.Parse(text, fileName), folder);

    /// <summary>Lower-case hex SHA-256 of what the recipe says: its canonical JSON (names sorted), with the names of the model folder,
    /// of phrase files and of question files but not where they lie on this machine.</summary>
    public static string ContentHash(Recipe recipe)
    {
        static TraceSettings Bare(TraceSettings traces) => traces with { Phrases = Path.GetFileName(traces.Phrases) };
        recipe = recipe
            .WithQuestionFiles(path => Path.GetFileName(path))
            .WithImportedFiles(path => Path.GetFileName(Path.TrimEndingDirectorySeparator(path)));
        var bare = recipe with
        {
            Model = Path.GetFileName(Path.TrimEndingDirectorySeparator(recipe.Model)),
            Traces = Bare(recipe.Traces),
            Arms = [.. recipe.Arms.Select(a => a.WithSections(s => s with { Traces = s.Traces is { } t ? Bare(t) : null }))],
        };
        return CanonicalJson.Hash(bare);
    }

    private static Recipe Bind(YamlSource source, string folder)
    {
        var merged = RecipeOverrides.Merge(source);
        var recipe = Resolve(merged.Bind<Recipe>(), folder);
        new RecipeRules(source, recipe).Check();
        return recipe;
    }

    private static Recipe Resolve(Recipe recipe, string folder)
    {
        string Full(string path) => Path.GetFullPath(Path.Combine(folder, path));
        TraceSettings Phrases(TraceSettings traces) =>
            RecipeValues.IsPhraseFile(traces.Phrases) ? traces with { Phrases = Full(traces.Phrases) } : traces;
        recipe = recipe.WithQuestionFiles(Full).WithImportedFiles(path => path.Length == 0 ? path : Full(path));
        return recipe with
        {
            Model = recipe.Model.Length == 0 ? "" : Full(recipe.Model),
            Traces = Phrases(recipe.Traces),
            Arms = [.. recipe.Arms.Select(a => a.WithSections(s => s with { Traces = s.Traces is { } t ? Phrases(t) : null }))],
        };
    }

    private static string FolderOf(string path) => Path.GetDirectoryName(Path.GetFullPath(path)) ?? Path.GetFullPath(path);
}
