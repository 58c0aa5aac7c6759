using System.Text.Json;
using SkillFactory.Core;
using SkillFactory.Core.Planning;
using SkillFactory.Data.Rollouts;
using SkillFactory.Evaluation.Statistics;
using SkillFactory.Grading;
using SkillFactory.Primitives.Errors;
using SkillFactory.Reporting.Report;

namespace SkillFactory.Reporting.ExperimentComparisons;

/// <summary>A run that is compared with others: its report and, if rollouts.parquet is in the same folder, the answers to every
/// question.</summary>
public sealed class ComparedRun
{
    private const string ReportFile = "report.json";
    private const string RolloutsFile = "rollouts.parquet";

    private readonly Dictionary<(string Model, string Task, string Level), SortedDictionary<long, Dictionary<string, Cluster>>> _answers;

    private ComparedRun(
        string source,
        RunReport report,
        string? selected,
        Dictionary<(string Model, string Task, string Level), SortedDictionary<long, Dictionary<string, Cluster>>> answers
    )
    {
        Source = source;
        Report = report;
        Selected = selected;
        _answers = answers;
    }

    /// <summary>The run as the user named it.</summary>
    public string Source { get; }

    public RunReport Report { get; }

    /// <summary>Key of the one model to compare, or null for all models.</summary>
    public string? Selected { get; }

    /// <summary>Whether the answers to single questions are available, so that questions can be paired.</summary>
    public bool HasAnswers => _answers.Count > 0;

    /// <summary>Loads a run.</summary>
    /// <param name="path">A run folder or a report.json. Answers are read from the rollouts.parquet in the same folder, if there is
    /// one.</param>
    /// <param name="model">ARM, ARM/CHECKPOINT or "base"; null for all models.</param>
    /// <param name="source">The run as the user named it, for messages.</param>
    /// <exception cref="UserErrorException">The report is missing or damaged, has another version, or does not have the model.</exception>
    public static async Task<ComparedRun> LoadAsync(
        string path,
        string? model,
        string source,
        CancellationToken cancellationToken = default
    )
    {
        var file = Directory.Exists(path) ? Path.Combine(path, ReportFile) : path;
        var report = await ReadAsync(file, cancellationToken);
        var rollouts = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(file))!, RolloutsFile);
        return new ComparedRun(
            source,
            report,
            model is null ? null : Select(report, model, file),
            File.Exists(rollouts) ? await AnswersAsync(report, rollouts, cancellationToken) : []
        );
    }

    /// <summary>Keys of the stages that evaluated a model. Equal keys mean equal results.</summary>
    internal IReadOnlySet<string> EvaluationKeys(string model)
    {
        var found = Report.Models.FirstOrDefault(m => m.Key == model);
        return Report
            .Stages.Where(s =>
                s.Stage == StageKinds.Evaluate
                && (NameOf(s.Arm, s.Checkpoint) is var name && (name == model || found?.Aliases.Contains(name) == true))
            )
            .Select(s => s.Key)
            .ToHashSet();
    }

    /// <summary>Correct and all samples by seed and question id. Null when there are none.</summary>
    internal IReadOnlyDictionary<long, Dictionary<string, Cluster>>? Answers(string model, string task, string level) =>
        _answers.GetValueOrDefault((model, task, level));

    /// <summary>Ids of the questions that some model answered. Empty when no single answers are available.</summary>
    internal IReadOnlySet<string> Questions(string task, string level) =>
        _answers
            .Where(a => a.Key.Task == task && a.Key.Level == level)
            .SelectMany(a => a.Value.Values)
            .SelectMany(seed => seed.Keys)
            .ToHashSet(StringComparer.Ordinal);

    private static string NameOf(string arm, string checkpoint) =>
        checkpoint == Checkpoints.Base ? Checkpoints.Base : $"{arm}/{checkpoint}";

    private static async Task<RunReport> ReadAsync(string file, CancellationToken cancellationToken)
    {
        byte[] content;
        try
        {
            content = await File.ReadAllBytesAsync(file, cancellationToken);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new UserErrorException(
                $"{file}: no such file; expected the folder of a run, its {ReportFile}, or the id of an experiment",
                e
            );
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException($"{file}: cannot be read: {e.Message}", e);
        }

        try
        {
            using var document = JsonDocument.Parse(content);
            var version =
                document.RootElement.TryGetProperty("schemaVersion", out var found) && found.TryGetInt32(out var number)
                    ? number
                    : (int?)null;
            return version == RunReport.CurrentVersion
                ? document.Deserialize<RunReport>(CoreJson.Options)!
                : throw new UserErrorException(
                    $"{file}: schemaVersion: found {(version is { } v ? $"{v}" : "none")}; expected {RunReport.CurrentVersion}. "
                        + "Create the report again with 'skillfactory report EXPERIMENT'"
                );
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new UserErrorException($"{file}: is not the report of a run: {e.Message.ReplaceLineEndings(" ")}", e);
        }
    }

    private static string Select(RunReport report, string model, string file)
    {
        var found = report.Models.FirstOrDefault(m => m.Key == model || m.Aliases.Contains(model))
            ?? report.Models.FirstOrDefault(m => m.Final && m.Arm == model)
            ?? report.Models.LastOrDefault(m => m.Aliases.Any(a => a.StartsWith(model + "/", StringComparison.Ordinal)));
        var names = report.Models.SelectMany(m => m.Final ? new[] { m.Key, m.Arm } : [m.Key]);
        return found?.Key
            ?? throw new UserErrorException($"{file}: there is no model '{model}'{NearestName.Hint(model, [.. names.Distinct()])}");
    }

    private static async Task<
        Dictionary<(string Model, string Task, string Level), SortedDictionary<long, Dictionary<string, Cluster>>>
    > AnswersAsync(RunReport report, string path, CancellationToken cancellationToken)
    {
        // A checkpoint that several arms share may have another name in rollouts.parquet than in the report.
        var keys = report
            .Models.SelectMany(m => m.Aliases.Append(m.Key).Select(k => (Name: k, m.Key)))
            .ToDictionary(m => m.Name, m => m.Key);
        var answers = new Dictionary<(string, string, string), SortedDictionary<long, Dictionary<string, Cluster>>>();
        await foreach (var row in RolloutParquet.ReadAsync(path, cancellationToken))
        {
            var name = NameOf(row.Arm, row.Checkpoint);
            if (row.Stage != StageKinds.Evaluate || !keys.TryGetValue(name, out var key))
            {
                continue;
            }

            var modelAndLevel = (key, row.Rollout.Task, row.Rollout.Level);
            if (!answers.TryGetValue(modelAndLevel, out var seeds))
            {
                answers[modelAndLevel] = seeds = [];
            }

            if (!seeds.TryGetValue(row.Seed, out var questions))
            {
                seeds[row.Seed] = questions = new Dictionary<string, Cluster>(StringComparer.Ordinal);
            }

            var sample = new Cluster(row.Rollout.Outcome == Outcome.Correct ? 1 : 0, 1);
            questions[row.Rollout.QuestionId] = questions.GetValueOrDefault(row.Rollout.QuestionId) + sample;
        }

        return answers;
    }
}
