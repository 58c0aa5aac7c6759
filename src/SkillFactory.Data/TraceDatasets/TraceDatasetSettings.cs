using SkillFactory.Core.Recipes;

namespace SkillFactory.Data.TraceDatasets;

/// <summary>What a dataset of traces is built from, and what it is written as.</summary>
public sealed record TraceDatasetSettings
{
    /// <summary>A file of rows, or a folder of them.</summary>
    public required string Input { get; init; }

    /// <summary>Split to read of a folder whose files name splits; null: "train".</summary>
    public string? Split { get; init; }

    /// <summary>Only rows that have this value in this column.</summary>
    public IReadOnlyList<(string Column, string Value)> Where { get; init; } = [];

    /// <summary>Files or folders whose questions must not occur in the input.</summary>
    public IReadOnlyList<string> HeldOut { get; init; } = [];

    /// <summary>Column names of the raw schema.</summary>
    public AttemptColumns Columns { get; init; } = new();

    /// <summary>Task whose notation the gold answers are in; null: gold answers are not looked at. Where attempts are drawn by rank, the
    /// task also says how many of their steps check out.</summary>
    public string? Task { get; init; }

    /// <summary>How attempts become traces.</summary>
    public TraceSettings Traces { get; init; } = new();

    /// <summary>Key of every draw.</summary>
    public long Seed { get; init; } = 1;

    /// <summary>Folder of the dataset.</summary>
    public required string Output { get; init; }

    /// <summary>Name of the dataset in its card, for LLaMA-Factory and as verl's data_source.</summary>
    public required string Name { get; init; }

    /// <summary>What is written: names of <see cref="DatasetFormats"/>.</summary>
    public IReadOnlyList<string> Formats { get; init; } = [DatasetFormats.ShareGpt];

    /// <summary>Bytes of rows held in memory before they go to temporary files under the output folder.</summary>
    public long Memory { get; init; } = QuestionSpool.DefaultMemory;
}

/// <summary>What a dataset of traces can be written as.</summary>
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
