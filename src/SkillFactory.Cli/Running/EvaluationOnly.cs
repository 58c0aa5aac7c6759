using SkillFactory.Core.Planning;
using SkillFactory.Core.Recipes;

namespace SkillFactory.Cli.Running;

/// <summary>A recipe that only evaluates a model: the base of an arm without stages.</summary>
internal static class EvaluationOnly
{
    /// <summary>The recipe's evaluation, prompts, seeds and device with another model and nothing trained. What names the arms that are gone is gone too.</summary>
    /// <param name="model">Folder, relative to where the person is.</param>
    public static Recipe Of(Recipe recipe, string model)
    {
        var folder = Path.GetFullPath(model);
        return recipe with
        {
            Name = $"{recipe.Name}-on-{NameOf(folder)}",
            Description = $"Evaluation of {Path.GetFileName(Path.TrimEndingDirectorySeparator(folder))} as it is",
            Model = folder,
            Evaluation = recipe.Evaluation with
            {
                Reference = null,
                Forcing = recipe.Evaluation.Forcing is { } forcing ? forcing with { Triggers = new Dictionary<string, string>() } : null,
            },
            Arms = [new ArmSettings { Name = Checkpoints.Base }],
        };
    }

    /// <summary>The folder's name in the letters that names of experiments have.</summary>
    private static string NameOf(string folder)
    {
        var name = string.Concat(
                Path.GetFileName(Path.TrimEndingDirectorySeparator(folder))
                    .ToLowerInvariant()
                    .Select(c => char.IsAsciiLetterOrDigit(c) ? c : '-')
            )
            .Trim('-');
        return name.Length > 0 ? name : "model";
    }
}
