using SkillFactory.Contracts.Experiments;
using SkillFactory.Core;
using SkillFactory.Core.Artifacts;
using SkillFactory.Core.Planning;
using SkillFactory.Core.Recipes;
using SkillFactory.Core.Recipes.Rules;
using SkillFactory.Core.Tasks;
using SkillFactory.Data.RecipeInputs;
using SkillFactory.Primitives.Errors;
using SkillFactory.Storage.ModelFolders;

namespace SkillFactory.Dispatch.Submission;

/// <summary>Prepares a recipe for submission: checks it, stores the recipe, its files and the model in the artifact store, and derives
/// the experiment's id. Starts nothing.</summary>
public sealed class ExperimentSubmission(IArtifactStore artifacts)
{
    /// <param name="recipe">As read by <see cref="RecipeReader"/>, with absolute paths.</param>
    /// <param name="outputFolder">Maps an experiment id to its run folder.</param>
    /// <param name="tenant">The tenant whose catalog lists it.</param>
    /// <param name="fresh">Uses a new id and no existing results. Otherwise the same recipe and model give the same id.</param>
    /// <exception cref="UserErrorException">The model folder cannot be used, a task or level is unknown, or a split has too
    /// few questions.</exception>
    public async Task<PreparedExperiment> PrepareAsync(
        Recipe recipe,
        Func<string, string> outputFolder,
        string tenant = Tenants.Default,
        bool fresh = false,
        CancellationToken cancellationToken = default
    )
    {
        RecipeQuestions.Check(new LocatedRecipe(recipe, RecipePlaces.None), TaskRegistry.Get);
        var portable = await PhraseFiles.ImportAsync(recipe, artifacts, cancellationToken);
        portable = await QuestionFiles.ImportAsync(portable, artifacts, cancellationToken);
        portable = await ImportedFiles.ImportAsync(portable, artifacts, cancellationToken);
        var model = await ModelFolder.ImportAsync(recipe.Model, artifacts, cancellationToken);
        model = model with { Files = model.Files with { TemplateArguments = recipe.TemplateArguments } };

        // The folder's path on this machine is not part of the experiment.
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
        )
        {
            Paths = RecipeFiles
                .PathsOf(portable)
                .Zip(RecipeFiles.PathsOf(recipe))
                .DistinctBy(names => names.First)
                .ToDictionary(names => names.First, names => names.Second, StringComparer.Ordinal),
        };
        return new PreparedExperiment(id, command, plan, model);
    }

    private static string IdOf(Recipe recipe, BaseModel model, string salt) =>
        $"{recipe.Name}-{CanonicalJson.Hash(new { recipe = CanonicalJson.Of(recipe), model = CanonicalJson.Of(model), salt })[..8]}";
}

/// <param name="ExperimentId">"name-hash8"; key of its grain.</param>
/// <param name="Command">Submits it. Sending it again is safe.</param>
/// <param name="Plan">For dry runs; see <see cref="PlanText"/> and <see cref="PlanForecast"/>.</param>
public sealed record PreparedExperiment(string ExperimentId, SubmitExperiment Command, ExperimentPlan Plan, BaseModel Model);
