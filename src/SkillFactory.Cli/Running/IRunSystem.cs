using SkillFactory.Contracts.Experiments;

namespace SkillFactory.Cli.Running;

/// <summary>Starts the system that runs experiments.</summary>
internal interface IRunSystemFactory
{
    /// <summary>Everything in this process, on the workspace's own store.</summary>
    /// <exception cref="Core.Errors.UserErrorException">The workspace is in use by another process, or cannot be written.</exception>
    Task<IRunSystem> StartAsync(string workspace, string device, CancellationToken cancellationToken);

    /// <summary>For asking only: the process that works on the workspace now, or else its store alone; runs nothing.</summary>
    /// <exception cref="Core.Errors.UserErrorException">There is no such workspace.</exception>
    Task<IRunSystem> OpenAsync(string workspace, CancellationToken cancellationToken);
}

/// <summary>A running system, as the commands use it.</summary>
internal interface IRunSystem : IAsyncDisposable
{
    /// <summary>Stores what the experiment needs and decides its id. Starts nothing.</summary>
    Task<RunTarget> PrepareAsync(RunRequest request, CancellationToken cancellationToken);

    IExperimentGrain Experiment(string id);

    IExperimentCatalogGrain Catalog { get; }

    /// <summary>Writes the run folder from what is finished so far; again at any time.</summary>
    Task<ExportedRun> ExportAsync(string experimentId, CancellationToken cancellationToken);
}

/// <summary>What a person asked to run.</summary>
/// <param name="Recipe">Path of the recipe.</param>
/// <param name="Overrides">"key.path=value", in order.</param>
/// <param name="Fresh">Begin again under a new id, and use no stage that exists already.</param>
/// <param name="Workspace">Folder of the store and, unless <paramref name="Output"/> says otherwise, of the run folders.</param>
/// <param name="Output">Run folder, or null for the workspace's own.</param>
internal sealed record RunRequest(string Recipe, IReadOnlyList<string> Overrides, bool Fresh, string Workspace, string? Output);

/// <param name="Submission">Submits it; idempotent.</param>
internal sealed record RunTarget(string ExperimentId, string OutputFolder, SubmitExperiment Submission);

/// <param name="Report">Path of report.html, or null while there is nothing to report.</param>
/// <param name="Headline">The headline results as a table of plain text, the header first; empty when nothing was evaluated yet.</param>
internal sealed record ExportedRun(string Folder, string? Report, IReadOnlyList<IReadOnlyList<string>> Headline);
