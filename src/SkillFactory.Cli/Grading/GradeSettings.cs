namespace SkillFactory.Cli.Grading;

/// <summary>The arguments of one <c>grade</c> command.</summary>
internal sealed record GradeSettings
{
    public required string Task { get; init; }

    public required string Input { get; init; }

    public string? Output { get; init; }

    public bool SkipBad { get; init; }

    /// <summary>Print the summary as JSON.</summary>
    public bool Json { get; init; }

    public string QuestionColumn { get; init; } = "question";

    public string GoldColumn { get; init; } = "gold";

    public string ResponseColumn { get; init; } = "response";

    /// <summary>Null: the column "truncated", "finish_reason" or "stop_reason", if a row has one.</summary>
    public string? TruncatedColumn { get; init; }

    public string IdColumn { get; init; } = "id";
}
