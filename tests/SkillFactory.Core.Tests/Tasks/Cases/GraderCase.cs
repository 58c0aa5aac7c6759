using System.Text.Json;
using SkillFactory.Core.Tasks;
using SkillFactory.Grading;

namespace SkillFactory.Core.Tests.Tasks.Cases;

/// <summary>A line of TASK.jsonl in this folder: an answer and how it is graded.</summary>
/// <param name="Gold">The gold answer in the task's notation.</param>
/// <param name="Answer">The content of the answer span.</param>
/// <param name="Outcome">The expected outcome.</param>
/// <param name="Source">Where such answers come from: "latex", "markdown", "unicode" and "plain text" as models write them, "data set",
/// "report" of a fault in a grader, or "hostile".</param>
public sealed record GraderCase(string Gold, string Answer, Outcome Outcome, string Source)
{
    public static readonly string[] Sources = ["latex", "markdown", "unicode", "plain text", "data set", "report", "hostile"];

    private static readonly JsonSerializerOptions Json = new(CoreJson.Options)
    {
        UnmappedMemberHandling = System.Text.Json.Serialization.JsonUnmappedMemberHandling.Disallow,
    };

    /// <summary>The question's text; empty if it does not matter.</summary>
    public string Question { get; init; } = "";

    /// <summary>Part of the expected reason.</summary>
    public string Reason { get; init; } = "";

    /// <summary>The expected canonical form; null if any.</summary>
    public string? Canonical { get; init; }

    /// <summary>Maths: the case does not hold with gold and answer exchanged.</summary>
    public bool OneWay { get; init; }

    /// <summary>Why the case is as it is.</summary>
    public string? Note { get; init; }

    /// <summary>The cases of a task, by their place "TASK.jsonl:LINE".</summary>
    public static IReadOnlyDictionary<string, GraderCase> Of(string task) =>
        File.ReadLines(Repository.PathOf("tests", "SkillFactory.Core.Tests", "Tasks", "Cases", $"{task}.jsonl"))
            .Index()
            .ToDictionary(l => $"{task}.jsonl:{l.Index + 1}", l => JsonSerializer.Deserialize<GraderCase>(l.Item, Json)!);

    public Grade Grade(string task, string? answer = null, string? gold = null) =>
        TaskRegistry
            .Get(task)
            .Grade(new Question("q", task, "", Question, gold ?? Gold), $"so <answer>{answer ?? Answer}</answer>", truncated: false);
}
