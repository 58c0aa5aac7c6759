using SkillFactory.Core.Recipes.Rules;
using SkillFactory.Core.YamlBinding;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Core.Recipes;

/// <summary>Reads recipes from strict YAML: merges the overrides of arms over the recipe's sections, makes paths absolute and checks every
/// value, tasks, levels and task settings included. It does not check the model.</summary>
public static class RecipeReader
{
    /// <summary>Reads a recipe file.</summary>
    /// <exception cref="UserErrorException">The recipe is not valid. The message names file, line, key, what was found and what was
    /// expected.</exception>
    public static Recipe Read(string path) => Read(path, []).Recipe;

    /// <summary>Reads a recipe file with the places of its keys, and replaces single values before anything is checked.</summary>
    /// <param name="overrides">"key.path=value" with a YAML value, in the order in which they apply.</param>
    /// <exception cref="UserErrorException">As for <see cref="Read(string)"/>; the message quotes the overrides when they are the
    /// cause.</exception>
    public static LocatedRecipe Read(string path, IReadOnlyList<string> overrides)
    {
        // Errors of the file itself are reported first, so that any later error is caused by the overrides.
        var source = YamlSource.Load(path);
        var recipe = Bind(source, FolderOf(path));
        if (overrides.Count == 0)
        {
            return new LocatedRecipe(recipe, new RecipePlaces(source, []));
        }

        var root = overrides.Select(RecipeOverrides.Parse).Aggregate(source.Root, (below, above) => below.Overlay(above));
        try
        {
            source = source.WithRoot(root);
            return new LocatedRecipe(Bind(source, FolderOf(path)), new RecipePlaces(source, overrides));
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
