using SkillFactory.Contracts.Experiments;
using SkillFactory.Core;
using SkillFactory.Core.Artifacts;
using SkillFactory.Core.Planning;
using SkillFactory.Core.Recipes;
using SkillFactory.Core.Recipes.Reading;
using SkillFactory.Core.Tasks;
using SkillFactory.Data.RecipeInputs;
using SkillFactory.Primitives.Errors;
using SkillFactory.Storage.ModelFolders;

namespace SkillFactory.Dispatch.Submission;

/// <summary>Makes a recipe ready to be submitted: checks it, stores the recipe and the model where the grains find them, decides the
/// experiment's id. Starts nothing.</summary>
public sealed class ExperimentSubmission(IArtifactStore artifacts)
{
    /// <param name="recipe">As read by <see cref="RecipeReader"/>: paths are absolute.</param>
    /// <param name="outputFolder">The run folder for an experiment id.</param>
    /// <param name="tenant">In whose catalog it is listed.</param>
    /// <param name="fresh">Under a new id, using no result that exists. Otherwise the same recipe and model give the same id.</param>
    /// <exception cref="UserErrorException">The model folder is not usable, a task or level is unknown, or a split holds too
    /// few questions.</exception>
    public async Task<PreparedExperiment> PrepareAsync(
        Recipe recipe,
        Func<string, string> outputFolder,
        string tenant = Tenants.Default,
        bool fresh = false,
        CancellationToken cancellationToken = default
    )
    {
        RecipeQuestions.Check(recipe, TaskRegistry.Get);
        var portable = await PhraseFiles.ImportAsync(recipe, artifacts, cancellationToken);
        portable = await QuestionFiles.ImportAsync(portable, artifacts, cancellationToken);
        portable = await ImportedFiles.ImportAsync(portable, artifacts, cancellationToken);
        var model = await ModelFolder.ImportAsync(recipe.Model, artifacts, cancellationToken);

        // Where the folder lies on this machine is nobody else's business, and not part of what the experiment is.
        portable = portable with { Model = Path.GetFileName(Path.TrimEndingDirectorySeparator(portable.Model)) };
        var plan = ExperimentPlan.From(portable);
        var id = IdOf(portable, model, fresh ? Guid.NewGuid().ToString("N") : "");
        var command = new SubmitExperiment(
            Guid.NewGuid(),
            await artifacts.PutJsonAsync(portable, cancellationToken),
            await artifacts.PutJsonAsync(model, cancellationToken),
            tenant,
            outputFolder(id),
            Reuse: !fresh
        );
        return new PreparedExperiment(id, command, plan, model);
    }

    private static string IdOf(Recipe recipe, BaseModel model, string salt) =>
        $"{recipe.Name}-{CanonicalJson.Hash(new { recipe = CanonicalJson.Of(recipe), model = CanonicalJson.Of(model), salt })[..8]}";
}

/// <param name="ExperimentId">"name-hash8": key of its grain.</param>
/// <param name="Command">Submits it; safe to send again.</param>
/// <param name="Plan">For dry runs: see <see cref="PlanText"/> and <see cref="PlanForecast"/>.</param>
public sealed record PreparedExperiment(string ExperimentId, SubmitExperiment Command, ExperimentPlan Plan, BaseModel Model);
