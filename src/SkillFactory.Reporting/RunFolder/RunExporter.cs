using System.Security.Cryptography;
using System.Text.Json;
using SkillFactory.Core;
using SkillFactory.Core.Artifacts;
using SkillFactory.Core.Metrics;
using SkillFactory.Core.Planning;
using SkillFactory.Core.Recipes;
using SkillFactory.Core.Traces;
using SkillFactory.Data.Conversations;
using SkillFactory.Data.Rollouts;
using SkillFactory.Primitives.Errors;
using SkillFactory.Primitives.Files;
using SkillFactory.Reporting.Metrics;
using SkillFactory.Reporting.Pages;
using SkillFactory.Reporting.Report;

namespace SkillFactory.Reporting.RunFolder;

/// <summary>
/// Writes the folder of a run: recipe.yaml, dataset/, checkpoints/, metrics/, tensorboard/, rollouts.parquet, report.json, cells.csv and
/// report.html. The export can be repeated at any time, even during the run. Every file is replaced atomically, and report.html is written
/// last. Results that several arms share are written once, under the name of the first arm.
/// </summary>
public static class RunExporter
{
    /// <param name="run">The run.</param>
    /// <param name="store">Store of the run's artifacts.</param>
    /// <param name="folder">The run folder, created if missing. Other files in it are kept.</param>
    /// <returns>The report.</returns>
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

        foreach (
            var stage in run
                .Stages.DistinctBy(s => s.Result.Key)
                .Where(s => s.Stage is StageNames.Traces or StageNames.Given or StageKinds.Replay)
        )
        {
            await WriteDatasetAsync(stage, artifacts, folder, cancellationToken);
        }

        await AtomicFile.WriteAsync(
            Path.Combine(folder, "rollouts.parquet"),
            stream => RolloutParquet.WriteAsync(stream, RunRollouts.ReadAsync(run, artifacts, cancellationToken), cancellationToken),
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

    /// <summary>Writes the traces, or the replayed answers, as ShareGPT conversations, in JSON Lines and in Parquet.</summary>
    private static async Task WriteDatasetAsync(
        ArmStageResult stage,
        StageArtifacts artifacts,
        string folder,
        CancellationToken cancellationToken
    )
    {
        var path = Path.Combine(
            folder,
            "dataset",
            $"{stage.Seed}-{FileName(stage.Arm)}{(stage.Stage == StageKinds.Replay ? "-replay" : "")}{RoundSuffix(stage)}"
        );
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
            var name = $"{stage.Seed}-{FileName(stage.Arm)}-{stage.Stage}{RoundSuffix(stage)}";
            await MetricsFile.WriteAsync(Path.Combine(folder, "metrics", name + ".jsonl"), rows, cancellationToken);
            await TensorBoardFile.WriteAsync(Path.Combine(folder, "tensorboard", name), rows, run.StartedAt, cancellationToken);
        }
    }

    /// <summary>Writes a checkpoint folder that Hugging Face's loaders can read. The weights are written last, so a folder with weights is
    /// complete.</summary>
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

        var target = Path.Combine(folder, "checkpoints", $"{stage.Seed}", FileName(stage.Arm), $"{stage.Stage}{RoundSuffix(stage)}");
        foreach (var (name, file) in run.Model.Files)
        {
            await CopyAsync(store, file, Path.Combine(target, FileName(name)), cancellationToken);
        }

        await CopyAsync(store, weights, Path.Combine(target, "model.safetensors"), cancellationToken);
    }

    private static async Task CopyAsync(IArtifactStore store, ArtifactRef artifact, string path, CancellationToken cancellationToken)
    {
        if (!await HasContentAsync(path, artifact, cancellationToken))
        {
            await using var content = await store.OpenReadAsync(artifact, cancellationToken);
            await AtomicFile.WriteAsync(path, stream => content.CopyToAsync(stream, cancellationToken), cancellationToken);
        }
    }

    /// <summary>Whether the file already has the content of the artifact. Saves copying large checkpoints when an export is
    /// repeated.</summary>
    private static async Task<bool> HasContentAsync(string path, ArtifactRef artifact, CancellationToken cancellationToken)
    {
        if (new FileInfo(path) is not { Exists: true } info || info.Length != artifact.Bytes)
        {
            return false;
        }

        await using var stream = File.OpenRead(path);
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, cancellationToken)) == artifact.Hash;
    }

    private static string RoundSuffix(ArmStageResult stage) => stage.Round > 1 ? $"-{stage.Round}" : "";

    /// <summary>Replaces the characters that are not allowed in file names on every system.</summary>
    private static string FileName(string name)
    {
        var safe = string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' ? c : '_'));
        return safe.Trim('.').Length == 0 ? "_" : safe;
    }
}
