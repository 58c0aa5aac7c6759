using System.Reflection;
using SkillFactory.Cli.Diagnosis;
using SkillFactory.Contracts.Experiments;
using SkillFactory.Core.Artifacts;
using SkillFactory.Core.Planning;
using SkillFactory.Core.Recipes;
using SkillFactory.Core.Tasks;
using SkillFactory.Data.RecipeInputs;
using SkillFactory.Dispatch.Submission;
using SkillFactory.Engine.Checkpoints;
using SkillFactory.Engine.Models;
using SkillFactory.Hosting.Embedded;
using SkillFactory.Primitives.Errors;
using SkillFactory.Reporting.RunFolder;

namespace SkillFactory.Cli.Running;

/// <inheritdoc/>
internal sealed class EmbeddedRunSystemFactory : IRunSystemFactory
{
    public void Check(Recipe recipe)
    {
        RecipeQuestions.Check(recipe, TaskRegistry.Get);
        CheckModel("model", recipe.Model);
        foreach (var folder in ImportedFiles.ModelsOf(recipe))
        {
            CheckModel("sampling.model", folder);
        }
    }

    private static void CheckModel(string key, string folder)
    {
        if (!Directory.Exists(folder))
        {
            throw new UserErrorException($"{key}: there is no folder {folder}; expected a Hugging Face model folder");
        }

        using var model = HuggingFaceFolder.Open(folder);
        model.Require(new ParameterLayout(DecoderShape.From(model.Config)).Slots.Select(s => (s.Name, (IReadOnlyList<long>)s.Shape)));
    }

    public async Task<IRunSystem> StartAsync(string workspace, string device, CancellationToken cancellationToken)
    {
        var system = await EmbeddedSystem.StartAsync(new EmbeddedOptions { Workspace = workspace, Device = device }, cancellationToken);
        return new RunSystem(system, system.Client, system.Artifacts, workspace, system.Failed, runsStages: true);
    }

    public async Task<IRunSystem> OpenAsync(string workspace, CancellationToken cancellationToken)
    {
        var client = await WorkspaceClient.ConnectAsync(workspace, cancellationToken);
        return new RunSystem(client, client.Client, client.Artifacts, workspace, client.Failed, client.RunsStages);
    }
}

/// <summary>A system that is accessed through its grains.</summary>
/// <param name="owned">Disposed together with this object.</param>
internal sealed class RunSystem(
    IAsyncDisposable owned,
    IGrainFactory grains,
    IArtifactStore artifacts,
    string workspace,
    Task failed,
    bool runsStages
) : IRunSystem
{
    private RunFolderLock? _folderLock;

    public Task Failed => failed;

    public bool RunsStages => runsStages;

    public IExperimentCatalogGrain Catalog => grains.GetGrain<IExperimentCatalogGrain>(Tenants.Default);

    public IExperimentGrain Experiment(string id) => grains.GetGrain<IExperimentGrain>(id);

    public async Task<RunTarget> PrepareAsync(RunRequest request, CancellationToken cancellationToken)
    {
        string FolderFor(string id) => Path.GetFullPath(request.Output ?? Path.Combine(workspace, id));
        var prepared = await new ExperimentSubmission(artifacts).PrepareAsync(
            request.Recipe,
            FolderFor,
            Tenants.Default,
            request.Fresh,
            cancellationToken
        );
        if (request.Output is not null)
        {
            _folderLock = RunFolderLock.Acquire(prepared.Command.OutputFolder, prepared.ExperimentId);
        }

        return new RunTarget(prepared.ExperimentId, prepared.Command);
    }

    public async Task<IReadOnlyDictionary<string, string>> HeadlinesAsync(
        string experimentId,
        IReadOnlySet<string> known,
        CancellationToken cancellationToken
    )
    {
        var headlines = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var result in (await Experiment(experimentId).GetResultsAsync()).Select(r => r.Result).DistinctBy(r => r.Key))
        {
            if (!known.Contains(result.Key))
            {
                headlines[result.Key] = await StageHeadline.OfAsync(result, artifacts, cancellationToken);
            }
        }

        return headlines;
    }

    public async Task<ExportedRun> ExportAsync(string experimentId, CancellationToken cancellationToken)
    {
        var experiment = Experiment(experimentId);
        var submission = await experiment.GetSubmissionAsync()
            ?? throw new InvalidOperationException($"experiment {experimentId} was not submitted");
        var status = await experiment.GetStatusAsync();
        var recipe = await artifacts.GetJsonAsync<Recipe>(submission.Recipe, cancellationToken);
        var model = await artifacts.GetJsonAsync<BaseModel>(submission.Model, cancellationToken);
        var run = new RunExport
        {
            ExperimentId = experimentId,
            Recipe = recipe,
            RecipeText = RecipeWriter.ToYaml(recipe),
            Stages = await experiment.GetResultsAsync(),
            Model = model.Files,
            StartedAt = status.SubmittedAt,
            Complete = status.Phase == ExperimentPhase.Completed,
            Version = typeof(RunSystem).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "",
            Machine = $"{MachineChecks.Describe()}, {recipe.Device}",
        };
        var report = await RunExporter.ExportAsync(run, artifacts, submission.OutputFolder, cancellationToken);
        return new ExportedRun(submission.OutputFolder, Path.Combine(submission.OutputFolder, "report.html"), report.HeadlineTable());
    }

    public async ValueTask DisposeAsync()
    {
        await owned.DisposeAsync();
        _folderLock?.Dispose();
    }
}
