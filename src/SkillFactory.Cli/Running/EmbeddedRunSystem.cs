using System.Reflection;
using SkillFactory.Cli.Diagnosis;
using SkillFactory.Contracts.Experiments;
using SkillFactory.Core.Artifacts;
using SkillFactory.Core.Planning;
using SkillFactory.Core.Recipes;
using SkillFactory.Core.Recipes.Rules;
using SkillFactory.Dispatch.Submission;
using SkillFactory.Hosting.Embedded;
using SkillFactory.Primitives.Errors;
using SkillFactory.Reporting.Opening;
using SkillFactory.Reporting.RunFolder;
using SkillFactory.Storage.ModelFolders;

namespace SkillFactory.Cli.Running;

/// <inheritdoc/>
internal sealed class EmbeddedRunSystemFactory : IRunSystemFactory
{
    public IReadOnlyList<string> Check(LocatedRecipe located, string folder) => RecipeCheck.Run(located, folder);

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
    public Task Failed => failed;

    public bool RunsStages => runsStages;

    public IExperimentCatalogGrain Catalog => grains.GetGrain<IExperimentCatalogGrain>(Tenants.Default);

    public IExperimentGrain Experiment(string id) => grains.GetGrain<IExperimentGrain>(id);

    public async Task<RunTarget> PrepareAsync(RunRequest request, CancellationToken cancellationToken)
    {
        string FolderFor(string id) => RunFolderPath.Kept(workspace, request.Output ?? Path.Combine(workspace, id));
        var prepared = await new ExperimentSubmission(artifacts).PrepareAsync(
            request.Recipe,
            FolderFor,
            Tenants.Default,
            request.Fresh,
            cancellationToken
        );
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

    public async Task<ExportedRun> ExportAsync(string experimentId, string? output, CancellationToken cancellationToken)
    {
        var experiment = Experiment(experimentId);
        var submission = await experiment.GetSubmissionAsync()
            ?? throw new InvalidOperationException($"experiment {experimentId} was not submitted");
        var status = await experiment.GetStatusAsync();
        var recipe = await artifacts.GetJsonAsync<Recipe>(submission.Recipe, cancellationToken);
        var model = await artifacts.GetJsonAsync<BaseModel>(submission.Model, cancellationToken);
        var folder = output ?? RunFolderPath.Full(workspace, submission.OutputFolder);
        var run = new RunExport
        {
            ExperimentId = experimentId,
            Recipe = recipe,
            RecipeText = RecipeWriter.ToYaml(recipe.WithPathsFrom(folder, submission.Paths)),
            Stages = await experiment.GetResultsAsync(),
            Model = model.Files,
            StartedAt = status.SubmittedAt,
            Complete = status.Phase == ExperimentPhase.Completed,
            Version = typeof(RunSystem).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "",
            Machine = $"{MachineChecks.Describe()}, {recipe.Device}",
        };
        var report = await RunExporter.ExportAsync(run, artifacts, folder, cancellationToken);
        return new ExportedRun(folder, Path.Combine(folder, "report.html"), HeadlineTable.Of(report), report.Summary);
    }

    public ValueTask DisposeAsync() => owned.DisposeAsync();
}
