using System.Globalization;
using System.Text;
using System.Text.Json;
using SkillFactory.Core;
using SkillFactory.Primitives.Errors;
using SkillFactory.Primitives.Files;
using SkillFactory.Reporting.RunFolder;

namespace SkillFactory.Reporting.ExperimentComparisons;

/// <summary>Writes a comparison to a file: .html for reading, .csv for spreadsheets, .json for all data.</summary>
public static class ExperimentComparisonFile
{
    private static readonly string[] Header =
    [
        "task",
        "level",
        "model",
        "experiment",
        "id",
        "accuracy",
        "questions",
        "low",
        "high",
        "tokens",
        "difference",
        "difference_low",
        "difference_high",
        "paired_questions",
        "p",
        "adjusted_p",
    ];

    /// <summary>The supported file extensions.</summary>
    public static IReadOnlyList<string> Extensions { get; } = [".html", ".csv", ".json"];

    /// <summary>Writes the file atomically, in the format that its extension names.</summary>
    /// <exception cref="UserErrorException">The extension is not one of <see cref="Extensions"/>.</exception>
    public static Task WriteAsync(string path, ExperimentComparison comparison, CancellationToken cancellationToken = default)
    {
        RequireExtension(path);
        return Path.GetExtension(path).ToLowerInvariant() switch
        {
            ".json" => AtomicFile.WriteAsync(
                path,
                stream => JsonSerializer.SerializeAsync(stream, comparison, CoreJson.Indented, cancellationToken),
                cancellationToken
            ),
            ".csv" => AtomicFile.WriteTextAsync(path, Csv(comparison), cancellationToken),
            _ => AtomicFile.WriteTextAsync(path, ExperimentComparisonPage.Render(comparison), cancellationToken),
        };
    }

    /// <summary>Checks the extension of a path.</summary>
    /// <exception cref="UserErrorException">The extension is not one of <see cref="Extensions"/>.</exception>
    public static void RequireExtension(string path)
    {
        if (!Extensions.Contains(Path.GetExtension(path).ToLowerInvariant()))
        {
            throw new UserErrorException(
                $"{path}: found the extension '{Path.GetExtension(path)}'; expected one of {string.Join(", ", Extensions)}"
            );
        }
    }

    /// <summary>One row per model, level and experiment. Differences are to the first experiment.</summary>
    public static string Csv(ExperimentComparison comparison)
    {
        var text = new StringBuilder();
        CsvLine.Append(text, Header);
        var ids = comparison.Experiments.ToDictionary(e => e.Label, e => e.Id);
        foreach (var cell in comparison.Cells)
        {
            foreach (var value in cell.Values)
            {
                var d = value.Difference;
                CsvLine.Append(
                    text,
                    [
                        cell.Task,
                        cell.Level,
                        cell.Model,
                        value.Experiment,
                        ids[value.Experiment],
                        .. Fields(
                            value.Accuracy.Value,
                            value.Accuracy.Count,
                            value.Accuracy.Interval?.Low,
                            value.Accuracy.Interval?.High,
                            value.Tokens?.Value
                        ),
                        .. Fields(
                            d?.Accuracy.Value,
                            d?.Accuracy.Interval?.Low,
                            d?.Accuracy.Interval?.High,
                            d?.Accuracy.Count,
                            d?.P,
                            d?.AdjustedP
                        ),
                    ]
                );
            }
        }

        return text.ToString();

        static IEnumerable<string> Fields(params double?[] values) =>
            values.Select(v => v?.ToString("R", CultureInfo.InvariantCulture) ?? "");
    }
}
