using SkillFactory.Core.Yaml;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Core.Recipes.Reading;

/// <summary>Reads recipes from strict YAML: merges the overrides of arms over the recipe's sections, makes paths absolute and checks every
/// value, tasks, levels and task settings included. It does not check the model.</summary>
public static class RecipeReader
{
    /// <summary>Reads a recipe file.</summary>
    /// <exception cref="UserErrorException">The recipe is not valid. The message names file, line, key, what was found and what was
    /// expected.</exception>
    public static Recipe Read(string path) => Bind(YamlSource.Load(path), FolderOf(path));

    /// <summary>Reads a recipe file and replaces single values before anything is checked.</summary>
    /// <param name="overrides">"key.path=value" with a YAML value, in the order in which they apply.</param>
    /// <exception cref="UserErrorException">As for <see cref="Read(string)"/>; the message quotes the overrides when they are the
    /// cause.</exception>
    public static Recipe Read(string path, IReadOnlyList<string> overrides)
    {
        // Errors of the file itself are reported first, so that any later error is caused by the overrides.
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

    /// <param name="fileName">Named in error messages.</param>
    /// <param name="folder">The folder that paths in the recipe are relative to.</param>
    /// <exception cref="UserErrorException">As for <see cref="Read(string)"/>.</exception>
    public static Recipe Parse(string text, string fileName, string folder) => Bind(YamlSource.Parse(text, fileName), folder);

    private static Recipe Bind(YamlSource source, string folder)
    {
        var merged = RecipeOverrides.Merge(source);
        var recipe = merged.Bind<Recipe>().WithPaths(path => Path.GetFullPath(Path.Combine(folder, path)));
        new RecipeRules(source, recipe).Check();
        return recipe;
    }

    /// <summary>The folder that relative paths in a recipe file start from.</summary>
    public static string FolderOf(string path) => Path.GetDirectoryName(Path.GetFullPath(path)) ?? Path.GetFullPath(path);
}
