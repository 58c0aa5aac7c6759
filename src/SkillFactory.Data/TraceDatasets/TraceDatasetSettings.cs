using SkillFactory.Core.Recipes;

namespace SkillFactory.Data.TraceDatasets;

/// <summary>Input, trace settings and output of a dataset of traces.</summary>
public sealed record TraceDatasetSettings
{
    /// <summary>A file of rows, or a folder of them.</summary>
    public required string Input { get; init; }

    /// <summary>Split to read if the file names have splits; null: "train".</summary>
    public string? Split { get; init; }

    /// <summary>Only rows with these values in these columns are read.</summary>
    public IReadOnlyList<(string Column, string Value)> Where { get; init; } = [];

    /// <summary>Files or folders whose questions must not occur in the input.</summary>
    public IReadOnlyList<string> HeldOut { get; init; } = [];

    /// <summary>Column names of the raw schema.</summary>
    public AttemptColumns Columns { get; init; } = new();

    /// <summary>Task that checks the gold answers; null: they are not checked. With ranked selection the task also checks the steps of the
    /// attempts.</summary>
    public string? Task { get; init; }

    /// <summary>Whether rows and questions that cannot be used are skipped and counted. Otherwise they are an error.</summary>
    public bool SkipBad { get; init; }

    public TraceSettings Traces { get; init; } = new();

    /// <summary>Seed of all draws.</summary>
    public long Seed { get; init; } = 1;

    /// <summary>Output folder.</summary>
    public required string Output { get; init; }

    /// <summary>Name of the dataset: in its card, for LLaMA-Factory, and as data_source of verl.</summary>
    public required string Name { get; init; }

    /// <summary>Output formats: names of <see cref="DatasetFormats"/>.</summary>
    public IReadOnlyList<string> Formats { get; init; } = [DatasetFormats.ShareGpt];

    /// <summary>Bytes of rows that are held in memory before they are written to temporary files in the output folder.</summary>
    public long Memory { get; init; } = QuestionSpool.DefaultMemory;
}

/// <summary>Output formats of a dataset of traces.</summary>
public static class DatasetFormats
{
    public const string ShareGpt = "sharegpt";
    public const string ShareGptParquet = "sharegpt-parquet";
    public const string Messages = "messages";
    public const string MessagesParquet = "messages-parquet";

    /// <summary>The traces in segments that say which tokens carry loss.</summary>
    public const string Traces = "traces";

    /// <summary>The questions as prompts for RL.</summary>
    public const string Verl = "verl";

    public static IReadOnlyList<string> All { get; } = [ShareGpt, ShareGptParquet, Messages, MessagesParquet, Traces, Verl];
}
