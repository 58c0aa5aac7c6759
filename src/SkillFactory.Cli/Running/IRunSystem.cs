using SkillFactory.Contracts.Experiments;
using SkillFactory.Core.Recipes;
using SkillFactory.Core.Recipes.Rules;
using SkillFactory.Primitives.Errors;
using SkillFactory.Reporting.Opening;

namespace SkillFactory.Cli.Running;

/// <summary>Starts the system that runs experiments.</summary>
internal interface IRunSystemFactory
{
    /// <summary>Checks, before anything is started, all that is known then: that files and questions can be read, model folders are
    /// complete, and prompts and responses fit into the models.</summary>
    /// <returns>What the user should know about the recipe's data files, as lines of text.</returns>
    /// <param name="folder">The folder that the recipe's relative paths started from.</param>
    /// <exception cref="UserErrorException">The check fails.</exception>
    IReadOnlyList<string> Check(LocatedRecipe located, string folder);

    /// <summary>Starts the whole system in this process, with the workspace's embedded store.</summary>
    /// <exception cref="UserErrorException">Another process uses the workspace, or it cannot be written.</exception>
    Task<IRunSystem> StartAsync(string workspace, string device, CancellationToken cancellationToken);

    /// <summary>Opens the workspace for queries: connects to the process that runs it, or else starts its store. Runs no stages.</summary>
    /// <exception cref="UserErrorException">The workspace does not exist.</exception>
    Task<IRunSystem> OpenAsync(string workspace, CancellationToken cancellationToken);
}

/// <summary>A running system.</summary>
internal interface IRunSystem : IAsyncDisposable
{
    /// <summary>Stores the inputs of the experiment and computes its id. Starts nothing.</summary>
    Task<RunTarget> PrepareAsync(RunRequest request, CancellationToken cancellationToken);

    IExperimentGrain Experiment(string id);

    IExperimentCatalogGrain Catalog { get; }

    /// <summary>Faults, with a message for the user, when the system cannot continue. Never completes otherwise.</summary>
    Task Failed { get; }

    /// <summary>Whether a process executes the stages of the workspace's experiments: this one, or the one that this system is connected
    /// to. If not, an experiment whose phase is running is interrupted.</summary>
    bool RunsStages { get; }

    /// <summary>The main results of finished stages by stage key, for example "accuracy 31.2 %".</summary>
    /// <param name="known">Keys that are not needed.</param>
    Task<IReadOnlyDictionary<string, string>> HeadlinesAsync(
        string experimentId,
        IReadOnlySet<string> known,
        CancellationToken cancellationToken
    );

    /// <summary>Writes the run folder from the stages that are finished. May be called again at any time.</summary>
    /// <param name="output">Folder to write to; null: the experiment's run folder.</param>
    Task<ExportedRun> ExportAsync(string experimentId, string? output, CancellationToken cancellationToken);
}

/// <summary>What to run.</summary>
/// <param name="Recipe">The recipe with all overrides applied.</param>
/// <param name="Fresh">Start under a new id and reuse no stage results.</param>
/// <param name="Output">Run folder; null: the experiment's folder in the workspace.</param>
internal sealed record RunRequest(Recipe Recipe, bool Fresh, string? Output);

/// <param name="Submission">The command that submits the experiment; idempotent.</param>
internal sealed record RunTarget(string ExperimentId, SubmitExperiment Submission);

/// <param name="Report">Path of report.html; null if there is nothing to report yet.</param>
/// <param name="Headline">Headline results, header first; empty if nothing is evaluated yet.</param>
/// <param name="Summary">The opening of the report in sentences.</param>
internal sealed record ExportedRun(
    string Folder,
    string? Report,
    IReadOnlyList<IReadOnlyList<HeadlineCell>> Headline,
    IReadOnlyList<string> Summary
);
