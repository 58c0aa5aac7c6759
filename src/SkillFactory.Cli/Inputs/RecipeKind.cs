using System.Text.Json;
using SkillFactory.Cli.Terminal;
using SkillFactory.Core.Recipes;
using SkillFactory.Core.YamlBinding;
using SkillFactory.Engine.Pretraining;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Cli.Inputs;

/// <summary>Tells the recipe of an experiment from that of a base model by their keys, and names the command for the other one.</summary>
internal static class RecipeKind
{
    private static readonly HashSet<string> OfExperiments = KeysOf(typeof(Recipe));
    private static readonly HashSet<string> OfPretraining = KeysOf(typeof(PretrainRecipe));

    /// <exception cref="UserErrorException">The file is the recipe of a base model, or a folder.</exception>
    public static void RequireExperiment(string path, string prefix) =>
        Require(path, prefix, "run", OfExperiments, OfPretraining, "a pretraining recipe", "train that model", "pretrain");

    /// <exception cref="UserErrorException">The file is the recipe of an experiment, or a folder.</exception>
    public static void RequirePretraining(string path, string prefix) =>
        Require(path, prefix, "pretrain", OfPretraining, OfExperiments, "the recipe of an experiment", "run it", "run");

    private static void Require(
        string path,
        string prefix,
        string command,
        HashSet<string> own,
        HashSet<string> others,
        string what,
        string purpose,
        string otherCommand
    )
    {
        if (Directory.Exists(path))
        {
            var inside = Path.Combine(path, "recipe.yaml");
            throw new UserErrorException(
                File.Exists(inside)
                    ? $"{path} is a folder; to run its recipe: {ShellCommand.Join(prefix, command, inside)}"
                    : $"{path} is a folder; expected a recipe, which is a YAML file"
            );
        }

        // The reader of the recipe reports a missing file.
        if (!File.Exists(path))
        {
            return;
        }

        var keys = YamlSource.Load(path).Root.Entries.Select(e => e.Key).ToList();
        var foreign = keys.Where(k => others.Contains(k) && !own.Contains(k)).ToList();
        if (foreign.Count > keys.Count(k => own.Contains(k) && !others.Contains(k)))
        {
            throw new UserErrorException(
                $"{path} is {what} (it has the keys {string.Join(", ", foreign.Take(4))}); "
                    + $"to {purpose}: {ShellCommand.Join(prefix, otherCommand, path)}"
            );
        }
    }

    private static HashSet<string> KeysOf(Type recipe) =>
        [.. recipe.GetProperties().Select(p => JsonNamingPolicy.CamelCase.ConvertName(p.Name))];
}
