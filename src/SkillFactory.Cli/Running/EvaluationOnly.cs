using SkillFactory.Core.Planning;
using SkillFactory.Core.Recipes;

namespace SkillFactory.Cli.Running;

/// <summary>A recipe that only evaluates a model, as the base of one arm without stages.</summary>
internal static class EvaluationOnly
{
    /// <summary>The recipe with another model and without its arms. Settings that refer to the removed arms, and sections that only their
    /// stages read, are cleared: they are no part of what is run.</summary>
    /// <param name="model">Model folder, relative to the current folder.</param>
    public static Recipe Of(Recipe recipe, string model)
    {
        var folder = Path.GetFullPath(model);
        return recipe with
        {
            Name = $"{recipe.Name}-on-{NameOf(folder)}",
            Description = $"Evaluation of {Path.GetFileName(Path.TrimEndingDirectorySeparator(folder))} as it is",
            Model = folder,
            Sampling = new SamplingSettings(),
            Reflection = recipe.Evaluation.BestOfN.Count > 0 ? recipe.Reflection : new ReflectionSettings(),
            Traces = new TraceSettings(),
            Given = null,
            Sft = new SftSettings(),
            Grpo = new GrpoSettings(),
            Evaluation = recipe.Evaluation with
            {
                Reference = null,
                Forcing = recipe.Evaluation.Forcing is { } forcing ? forcing with { Triggers = new Dictionary<string, string>() } : null,
            },
            Arms = [new ArmSettings { Name = Checkpoints.Base }],
        };
    }

    /// <summary>The folder's name, reduced to the characters that experiment names may have.</summary>
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
