using System.Text.Json;
using SkillFactory.Core;
using SkillFactory.Core.Planning;
using SkillFactory.Data.Rollouts;
using SkillFactory.Evaluation.Statistics;
using SkillFactory.Grading;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Reporting.SideBySide;

/// <summary>One experiment that is compared with others: its report and, where its responses lie beside it, the accuracy of every question.</summary>
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

    /// <summary>As the person named it.</summary>
    public string Source { get; }

    public RunReport Report { get; }

    /// <summary>Key of the one model that takes part; null: all, each with the one of the same key.</summary>
    public string? Selected { get; }

    /// <summary>Whether its responses are at hand, so that questions can be paired.</summary>
    public bool HasAnswers => _answers.Count > 0;

    /// <summary>Reads a run.</summary>
    /// <param name="path">A run folder, or a report.json. Responses are read from the rollouts.parquet beside it, where there is one.</param>
    /// <param name="model">Arm, or ARM/CHECKPOINT, or "base"; null for all.</param>
    /// <param name="source">What the person typed; for messages.</param>
    /// <exception cref="UserErrorException">There is no report, it is damaged or of another version, or it has no such model.</exception>
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

    /// <summary>Keys of the stages that measured a model. The same keys are the same results.</summary>
    internal IReadOnlySet<string> Measurements(string model)
    {
        var of = Report.Models.FirstOrDefault(m => m.Key == model);
        return Report
            .Stages.Where(s =>
                s.Stage == StageKinds.Evaluate
                && (NameOf(s.Arm, s.Checkpoint) is var name && (name == model || of?.Aliases.Contains(name) == true))
            )
            .Select(s => s.Key)
            .ToHashSet();
    }

    /// <summary>Per seed, correct and scored samples by question id; null where there are none.</summary>
    internal IReadOnlyDictionary<long, Dictionary<string, Cluster>>? Answers(string model, string task, string level) =>
        _answers.GetValueOrDefault((model, task, level));

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
                    $"{file}: schemaVersion: found {(version is { } v ? $"{v}" : "none")}; expected {RunReport.CurrentVersion}. Make it again with 'skillfactory report EXPERIMENT'"
                );
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new UserErrorException($"{file}: is not a run's report: {e.Message.ReplaceLineEndings(" ")}", e);
        }
    }

    private static string Select(RunReport report, string model, string file)
    {
        var found = report.Models.FirstOrDefault(m => m.Key == model || m.Aliases.Contains(model))
            ?? report.Models.FirstOrDefault(m => m.Final && m.Arm == model)
            ?? report.Models.LastOrDefault(m => m.Aliases.Any(a => a.StartsWith(model + "/", StringComparison.Ordinal)));
        return found?.Key
            ?? throw new UserErrorException(
                $"{file}: there is no model '{model}'{NearestName.Hint(model, [.. report.Models.SelectMany(m => m.Final ? new[] { m.Key, m.Arm } : [m.Key]).Distinct()])}"
            );
    }

    private static async Task<
        Dictionary<(string Model, string Task, string Level), SortedDictionary<long, Dictionary<string, Cluster>>>
    > AnswersAsync(RunReport report, string path, CancellationToken cancellationToken)
    {
        // A checkpoint that several arms share is in the file under one of their names, and in the report under one.
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

            var place = (key, row.Rollout.Task, row.Rollout.Level);
            if (!answers.TryGetValue(place, out var seeds))
            {
                answers[place] = seeds = [];
            }

            if (!seeds.TryGetValue(row.Seed, out var questions))
            {
                seeds[row.Seed] = questions = new Dictionary<string, Cluster>(StringComparer.Ordinal);
            }

            var sample = row.Rollout.Outcome == Outcome.Unscored ? default : new Cluster(row.Rollout.Outcome == Outcome.Correct ? 1 : 0, 1);
            questions[row.Rollout.QuestionId] = questions.GetValueOrDefault(row.Rollout.QuestionId) + sample;
        }

        return answers;
    }
}
