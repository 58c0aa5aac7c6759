using System.Globalization;
using System.Text;
using SkillFactory.Core.Recipes;

namespace SkillFactory.Data.TraceDatasets;

/// <summary>Writes the dataset card: the files, the inputs, the settings, and the counts of each filter.</summary>
internal static class DatasetCard
{
    public const string FileName = "README.md";

    public static string Write(TraceDatasetSettings settings, DatasetCounts counts)
    {
        var text = new StringBuilder();
        Head(text, settings, counts);
        Settings(text, settings);
        Counts(text, counts);
        return text.ToString();
    }

    private static void Head(StringBuilder text, TraceDatasetSettings settings, DatasetCounts counts)
    {
        // Configurations for the loaders of Hugging Face, one per file, because the files differ in their columns.
        text.Append("---\nconfigs:\n");
        foreach (var format in settings.Formats)
        {
            text.Append(CultureInfo.InvariantCulture, $"- config_name: {format}\n  data_files: {DatasetWriters.FileOf(format)}\n");
        }

        text.Append(CultureInfo.InvariantCulture, $"---\n\n# {settings.Name}\n\n");
        text.Append(
            CultureInfo.InvariantCulture,
            $"{counts.Yield.Traces} silver traces in the format `{settings.Traces.Format}` of {counts.Yield.QuestionsUsable} "
                + $"questions, built by `skillfactory traces build` from {counts.Rows} rows of {Listed(counts.Files)}.\n\n"
        );
        text.Append("| file | content |\n|---|---|\n");
        foreach (var format in settings.Formats)
        {
            text.Append(CultureInfo.InvariantCulture, $"| `{DatasetWriters.FileOf(format)}` | {Content(format)} |\n");
        }

        text.Append(
            $"| `{DatasetWriters.FileOf(DatasetWriters.AttemptSources)}` | a row per attempt that occurs in a trace: its id, "
                + "its file and row, prompt variant, model |\n\n"
        );
        text.Append(
            "`attempts`, `attempt_correct`, `variants` and `reflections` of a trace follow the order of its attempts. Traces are "
                + "grouped by question; questions are in hash order.\n"
        );
    }

    private static string Content(string format) =>
        format switch
        {
            DatasetFormats.ShareGpt or DatasetFormats.ShareGptParquet => "conversations with `from` (human, gpt) and `value`",
            DatasetFormats.Messages or DatasetFormats.MessagesParquet => "messages with `role` and `content`",
            DatasetFormats.Traces => "the response in segments, each with its kind and whether it carries loss",
            _ => "the questions as prompts for RL with verl",
        };

    private static void Settings(StringBuilder text, TraceDatasetSettings settings)
    {
        var t = settings.Traces;
        text.Append("\n## Settings\n\n| setting | value |\n|---|---|\n");
        foreach (
            var (name, value) in new (string, string)[]
            {
                ("format", t.Format),
                ("attempts", Number(t.Attempts)),
                ("randomLength", Word(t.RandomLength)),
                ("repeats", Number(t.Repeats)),
                ("selection", t.Selection),
                ("variants", t.Variants.Count == 0 ? "all" : string.Join(", ", t.Variants)),
                ("distinctVariants", Word(t.DistinctVariants)),
                ("duplicates", t.Duplicates),
                ("verdictFilter", Word(t.VerdictFilter)),
                ("dropReflectionsWith", t.DropReflectionsWith.Count == 0 ? "nothing" : string.Join(", ", t.DropReflectionsWith)),
                ("finalAnswer", t.FinalAnswer),
                ("loss", t.Loss),
                ("layout", t.Layout),
                ("phrases", RecipeValues.IsPhraseFile(t.Phrases) ? Path.GetFileName(t.Phrases) : t.Phrases),
                ("seed", Number(settings.Seed)),
                ("split", settings.Split ?? "as found"),
                ("where", settings.Where.Count == 0 ? "all rows" : string.Join(", ", settings.Where.Select(w => $"{w.Column}={w.Value}"))),
                ("task", settings.Task ?? "not given"),
            }
        )
        {
            text.Append(CultureInfo.InvariantCulture, $"| {name} | {value.Replace("|", "\\|", StringComparison.Ordinal)} |\n");
        }
    }

    private static void Counts(StringBuilder text, DatasetCounts counts)
    {
        var y = counts.Yield;
        text.Append("\n## Counts\n\n| | |\n|---|---|\n");
        foreach (
            var (name, count) in new (string, long)[]
            {
                ("rows", counts.Rows),
                ("rows not asked for", counts.RowsNotSelected),
                ("rows or questions left out as bad", counts.Skipped),
                ("rows that repeat another", counts.Repeated),
                ("questions", y.Questions),
                ("questions with a usable correct attempt", y.QuestionsUsable),
                ("traces", y.Traces),
                ("traces a question had too few attempts for", y.TracesShort),
            }
        )
        {
            text.Append(CultureInfo.InvariantCulture, $"| {name} | {count} |\n");
        }

        text.Append("\n| attempts and reflections | of correct attempts | of wrong attempts |\n|---|---|---|\n");
        text.Append(CultureInfo.InvariantCulture, $"| attempts | {y.Attempts.Correct} | {y.Attempts.Wrong} |\n");
        foreach (var (name, count) in y.Filters())
        {
            text.Append(CultureInfo.InvariantCulture, $"| {name.Replace('_', ' ')} | {count.Correct} | {count.Wrong} |\n");
        }

        text.Append(
            CultureInfo.InvariantCulture,
            $"\nNeither correct nor wrong: {y.AttemptsUnparseable} unparseable, {y.AttemptsTruncated} truncated, "
                + $"{y.AttemptsUnscored} unscored.\n"
        );
        text.Append("\n| format | attempts | traces |\n|---|---|---|\n");
        foreach (var ((format, attempts), count) in counts.Traces)
        {
            text.Append(CultureInfo.InvariantCulture, $"| {format} | {attempts} | {count} |\n");
        }
    }

    private static string Listed(IReadOnlyList<string> files) =>
        files.Count switch
        {
            1 => $"`{files[0]}`",
            <= 4 => string.Join(", ", files.Select(f => $"`{f}`")),
            _ => $"{files.Count} files, `{files[0]}` to `{files[^1]}`",
        };

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Word(bool value) => value ? "true" : "false";
}
