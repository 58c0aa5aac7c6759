using SkillFactory.Core.YamlBinding;

namespace SkillFactory.Core.Recipes;

/// <summary>Imported traces as the training set, for example those of a larger model (distillation).</summary>
public sealed record ImportedTraceSettings
{
    /// <summary>A data file (JSON lines, a JSON list, CSV, Parquet), relative to the recipe file: ShareGPT conversations, messages, or a
    /// column each for question and response.</summary>
    [NotEmpty]
    public required string File { get; init; }

    /// <summary>The prompt that the traces are trained under. "original": the prompt of all other stages. "as_given": the file's own user
    /// and system message.</summary>
    [OneOf(typeof(RecipeValues), nameof(RecipeValues.ImportedPrompts))]
    public string Prompt { get; init; } = RecipeValues.AskedAsOriginal;

    /// <summary>Which traces are used: "all", or "correct" for those that <see cref="Task"/> grades as correct.</summary>
    [OneOf(typeof(RecipeValues), nameof(RecipeValues.ImportedKept))]
    public string Keep { get; init; } = RecipeValues.KeepAll;

    /// <summary>The task that grades the answers against the file's gold column. Without it, answers are not graded.</summary>
    public string? Task { get; init; }

    /// <summary>Column of the question, for files without conversations or messages. Without it: question, prompt, problem or
    /// instruction.</summary>
    public string? QuestionColumn { get; init; }

    /// <summary>Column of the response. Without it: response, completion, output, solution or trace.</summary>
    public string? ResponseColumn { get; init; }

    /// <summary>Column of the gold answer, in the task's notation. Without it: gold, answer or ground_truth.</summary>
    public string? GoldColumn { get; init; }

    /// <summary>What happens to rows that cannot be used. "refuse": they are an error. "skip": they are skipped and counted.</summary>
    [OneOf(typeof(RecipeValues), nameof(RecipeValues.BadRowRules))]
    public string BadRows { get; init; } = RecipeValues.RefuseBadRows;
}
