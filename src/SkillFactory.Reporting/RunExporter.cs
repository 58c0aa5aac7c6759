using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text.Json;
using SkillFactory.Core;
using SkillFactory.Core.Artifacts;
using SkillFactory.Core.Metrics;
using SkillFactory.Core.Planning;
using SkillFactory.Core.Prompts;
using SkillFactory.Core.Recipes;
using SkillFactory.Core.Sampling;
using SkillFactory.Core.Tasks;
using SkillFactory.Core.Traces;
using SkillFactory.Data.Conversations;
using SkillFactory.Data.Rollouts;
using SkillFactory.Primitives.Errors;
using SkillFactory.Primitives.Files;
using SkillFactory.Reporting.Html;
using SkillFactory.Reporting.Metrics;

namespace SkillFactory.Reporting;

/// <summary>
/// Writes a run's folder: recipe.yaml, dataset/, checkpoints/, metrics/, tensorboard/, rollouts.parquet, report.json, cells.csv, report.html. May be
/// repeated at any time, also while the run goes on; each file is replaced whole or not at all, and report.html comes last, so that what it
/// speaks of is there. What several arms share is written once, under the first arm's name.
/// </summary>
public static class RunExporter
{
    /// <param name="run">The run.</param>
    /// <param name="store">Holds its artifacts.</param>
    /// <param name="folder">Made if missing. Other files in it are left alone.</param>
    /// <returns>The report as written.</returns>
    /// <exception cref="UserErrorException">An artifact is missing or damaged.</exception>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public static async Task<RunReport> ExportAsync(
        RunExport run,
        IArtifactStore store,
        string folder,
        CancellationToken cancellationToken = default
    )
    {
        var artifacts = new StageArtifacts(store);
        await AtomicFile.WriteTextAsync(Path.Combine(folder, "recipe.yaml"), run.RecipeText, cancellationToken);
        foreach (var stage in run.Stages.DistinctBy(s => s.Result.Key).Where(s => s.Stage is StageNames.Sft or StageNames.Grpo))
        {
            await WriteMetricsAsync(run, stage, artifacts, folder, cancellationToken);
            await WriteCheckpointAsync(run, stage, store, folder, cancellationToken);
        }

        foreach (var stage in run.Stages.DistinctBy(s => s.Result.Key).Where(s => s.Stage is StageNames.Traces or StageNames.Given))
        {
            await WriteDatasetAsync(stage, artifacts, folder, cancellationToken);
        }

        await AtomicFile.WriteAsync(
            Path.Combine(folder, "rollouts.parquet"),
            stream => RolloutParquet.WriteAsync(stream, Rollouts(run, artifacts, cancellationToken), cancellationToken),
            cancellationToken
        );
        var report = await RunReportBuilder.BuildAsync(run, store, cancellationToken);
        await AtomicFile.WriteAsync(
            Path.Combine(folder, "report.json"),
            stream => JsonSerializer.SerializeAsync(stream, report, CoreJson.Indented, cancellationToken),
            cancellationToken
        );
        await AtomicFile.WriteTextAsync(Path.Combine(folder, "cells.csv"), CellsFile.Write(report), cancellationToken);
        await AtomicFile.WriteTextAsync(Path.Combine(folder, "report.html"), ReportPage.Render(report), cancellationToken);
        return report;
    }

    /// <summary>The traces as ShareGPT conversations, as JSON lines and as Parquet.</summary>
    private static async Task WriteDatasetAsync(
        ArmStageResult stage,
        StageArtifacts artifacts,
        string folder,
        CancellationToken cancellationToken
    )
    {
        var path = Path.Combine(folder, "dataset", $"{stage.Seed}-{FileName(stage.Arm)}{RoundOf(stage)}");
        IAsyncEnumerable<Conversation> Conversations() =>
            artifacts.LinesAsync<SilverTrace>(stage.Result, StageOutputs.Traces, cancellationToken).Select(Conversation.Of);
        await AtomicFile.WriteAsync(
            path + ".jsonl",
            stream => ConversationFiles.WriteShareGptJsonlAsync(stream, Conversations(), cancellationToken),
            cancellationToken
        );
        await AtomicFile.WriteAsync(
            path + ".parquet",
            stream => ConversationFiles.WriteShareGptParquetAsync(stream, Conversations(), cancellationToken),
            cancellationToken
        );
    }

    /// <summary>Every rollout of every stage once, one in memory at a time. Sampled attempts with their prompt and gold answer, so that traces can be
    /// built from the file alone.</summary>
    private static async IAsyncEnumerable<RolloutRow> Rollouts(
        RunExport run,
        StageArtifacts artifacts,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        foreach (var stage in run.Stages.DistinctBy(s => s.Result.Key))
        {
            var prompts = PromptSet.Get(run.Recipe.Arms.FirstOrDefault(a => a.Name == stage.Arm)?.Set.Prompts ?? run.Recipe.Prompts);
            var questions =
                stage.Stage == StageNames.Sample
                    ? await artifacts
                        .LinesAsync<Question>(stage.Result, StageOutputs.Questions, cancellationToken)
                        .ToDictionaryAsync(q => q.Id, cancellationToken: cancellationToken)
                    : [];
            foreach (var output in StageArtifacts.RolloutOutputs)
            {
                await foreach (var rollout in artifacts.LinesAsync<Rollout>(stage.Result, output, cancellationToken))
                {
                    var checkpoint = output == StageOutputs.Validation ? StageOutputs.Validation : stage.Checkpoint;
                    var question = questions.GetValueOrDefault(rollout.QuestionId);
                    yield return new RolloutRow(
                        run.ExperimentId,
                        stage.Seed,
                        stage.Arm,
                        stage.Stage,
                        checkpoint,
                        question is null ? null : prompts.SolvePrompt(question, rollout.Variant).User,
                        rollout
                    )
                    {
                        Gold = question?.Gold,
                    };
                }
            }
        }
    }

    private static async Task WriteMetricsAsync(
        RunExport run,
        ArmStageResult stage,
        StageArtifacts artifacts,
        string folder,
        CancellationToken cancellationToken
    )
    {
        var rows = new List<MetricRow>();
        await foreach (var row in artifacts.LinesAsync<MetricRow>(stage.Result, StageOutputs.Metrics, cancellationToken))
        {
            rows.Add(row);
        }

        if (rows.Count > 0)
        {
            var name = $"{stage.Seed}-{FileName(stage.Arm)}-{stage.Stage}{RoundOf(stage)}";
            await MetricsFile.WriteAsync(Path.Combine(folder, "metrics", name + ".jsonl"), rows, cancellationToken);
            await TensorBoardFile.WriteAsync(Path.Combine(folder, "tensorboard", name), rows, run.StartedAt, cancellationToken);
        }
    }

    /// <summary>A folder that Hugging Face's loaders take as it is. The weights come last: a folder that holds them is complete.</summary>
    private static async Task WriteCheckpointAsync(
        RunExport run,
        ArmStageResult stage,
        IArtifactStore store,
        string folder,
        CancellationToken cancellationToken
    )
    {
        if (!stage.Result.Outputs.TryGetValue(StageOutputs.Weights, out var weights))
        {
            return;
        }

        var target = Path.Combine(folder, "checkpoints", $"{stage.Seed}", FileName(stage.Arm), $"{stage.Stage}{RoundOf(stage)}");
        foreach (var (name, file) in run.Model.Files)
        {
            await CopyAsync(store, file, Path.Combine(target, FileName(name)), cancellationToken);
        }

        await CopyAsync(store, weights, Path.Combine(target, "model.safetensors"), cancellationToken);
    }

    private static async Task CopyAsync(IArtifactStore store, ArtifactRef artifact, string path, CancellationToken cancellationToken)
    {
        if (!await HoldsAsync(path, artifact, cancellationToken))
        {
            await using var content = await store.OpenReadAsync(artifact, cancellationToken);
            await AtomicFile.WriteAsync(path, stream => content.CopyToAsync(stream, cancellationToken), cancellationToken);
        }
    }

    /// <summary>Whether the file is this artifact already: checkpoints are large, and an export is often repeated.</summary>
    private static async Task<bool> HoldsAsync(string path, ArtifactRef artifact, CancellationToken cancellationToken)
    {
        if (new FileInfo(path) is not { Exists: true } info || info.Length != artifact.Bytes)
        {
            return false;
        }

        await using var stream = File.OpenRead(path);
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, cancellationToken)) == artifact.Hash;
    }

    private static string RoundOf(ArmStageResult stage) => stage.Round > 1 ? $"-{stage.Round}" : "";

    /// <summary>A name that is one path segment on every system.</summary>
    private static string FileName(string name)
    {
        var safe = string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' ? c : '_'));
        return safe.Trim('.').Length == 0 ? "_" : safe;
    }
}
