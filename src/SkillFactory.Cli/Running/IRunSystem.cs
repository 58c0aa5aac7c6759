using SkillFactory.Contracts.Experiments;
using SkillFactory.Core.Recipes;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Cli.Running;

/// <summary>Starts the system that runs experiments.</summary>
internal interface IRunSystemFactory
{
    /// <summary>What can be known of a recipe before anything is started: its questions can be made, its model folder is whole.</summary>
    /// <exception cref="UserErrorException">Whatever is wrong.</exception>
    void Check(Recipe recipe);

    /// <summary>Everything in this process, on the workspace's own store.</summary>
    /// <exception cref="UserErrorException">The workspace is in use by another process, or cannot be written.</exception>
    Task<IRunSystem> StartAsync(string workspace, string device, CancellationToken cancellationToken);

    /// <summary>For asking only: the process that works on the workspace now, or else its store alone; runs nothing.</summary>
    /// <exception cref="UserErrorException">There is no such workspace.</exception>
    Task<IRunSystem> OpenAsync(string workspace, CancellationToken cancellationToken);
}

/// <summary>A running system, as the commands use it.</summary>
internal interface IRunSystem : IAsyncDisposable
{
    /// <summary>Stores what the experiment needs and decides its id. Starts nothing.</summary>
    Task<RunTarget> PrepareAsync(RunRequest request, CancellationToken cancellationToken);

    IExperimentGrain Experiment(string id);

    IExperimentCatalogGrain Catalog { get; }

    /// <summary>Faults when the system cannot go on; the message is for a person. Never completes otherwise.</summary>
    Task Failed { get; }

    /// <summary>Writes the run folder from what is finished so far; again at any time.</summary>
    Task<ExportedRun> ExportAsync(string experimentId, CancellationToken cancellationToken);
}

/// <summary>What a person asked to run.</summary>
/// <param name="Recipe">With all overrides.</param>
/// <param name="Fresh">Begin again under a new id, and use no stage that exists already.</param>
/// <param name="Output">Run folder, or null for the experiment's own in the workspace.</param>
internal sealed record RunRequest(Recipe Recipe, bool Fresh, string? Output);

/// <param name="Submission">Submits it; safe to send again.</param>
internal sealed record RunTarget(string ExperimentId, SubmitExperiment Submission);

/// <param name="Report">Path of report.html, or null while there is nothing to report.</param>
/// <param name="Headline">The headline results as a table of plain text, the header first; empty when nothing was evaluated yet.</param>
internal sealed record ExportedRun(string Folder, string? Report, IReadOnlyList<IReadOnlyList<string>> Headline);
