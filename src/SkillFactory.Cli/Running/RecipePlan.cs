using SkillFactory.Core.Planning;
using SkillFactory.Core.Recipes;
using SkillFactory.Dispatch.Submission;
using SkillFactory.Hosting.Embedded;
using SkillFactory.Storage.Artifacts;

namespace SkillFactory.Cli.Running;

/// <summary><c>--dry-run</c>: prints what a run would do.</summary>
internal static class RecipePlan
{
    /// <summary>Prints the effective recipe, with the plan as comments. The output is a valid recipe.</summary>
    public static async Task WriteAsync(
        Recipe recipe,
        string workspace,
        TextWriter output,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        var plan = ExperimentPlan.From(recipe);
        IReadOnlyDictionary<string, StageResult>? found = null;
        if (Directory.Exists(WorkspaceFolders.Artifacts(workspace)))
        {
            var store = new DryArtifactStore(new FileArtifactStore(WorkspaceFolders.Artifacts(workspace), time));
            var prepared = await new ExperimentSubmission(store).PrepareAsync(recipe, id => id, cancellationToken: cancellationToken);
            (plan, found) = (prepared.Plan, await PlanForecast.FindAsync(prepared.Plan, prepared.Model, store, cancellationToken));
            await output.WriteLineAsync($"# experiment {prepared.ExperimentId}");
        }

        foreach (var line in PlanText.Render(plan, found))
        {
            await output.WriteLineAsync($"# {line}");
        }

        await output.WriteAsync(RecipeWriter.ToYaml(recipe));
    }
}
