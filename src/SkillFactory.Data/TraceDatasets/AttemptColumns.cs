namespace SkillFactory.Data.TraceDatasets;

/// <summary>
/// Names of the columns of the raw schema. The column of responses is <c>model_responses__mutated_prompts</c> in the released script and
/// <c>model_responses__example_annotation</c> in its description. Names of related columns are derived from it. If a name is null, the
/// known name that the file has is used.
/// </summary>
public sealed record AttemptColumns
{
    public string Question { get; init; } = "question";

    /// <summary>Gold answer; optional in the file.</summary>
    public string Gold { get; init; } = "answer";

    /// <summary>Prompt variant. Without this column all attempts have the variant "original".</summary>
    public string? Variant { get; init; }

    public string? Response { get; init; }

    public string? Correct { get; init; }

    /// <summary>Answer that the grader extracted; optional in the file.</summary>
    public string? Extracted { get; init; }

    public string? Reflections { get; init; }

    private static readonly IReadOnlyList<string> Responses = ["model_responses__mutated_prompts", "model_responses__example_annotation"];
    private static readonly IReadOnlyList<string> Variants = ["prompt_variant", "prompt_type"];
    private static readonly IReadOnlyList<string> Models = ["model", "model_name"];

    /// <summary>Resolves the names for a file.</summary>
    /// <param name="names">All columns of the file.</param>
    internal FoundColumns In(IReadOnlyCollection<string> names)
    {
        string? First(IEnumerable<string> known) => known.FirstOrDefault(names.Contains);
        var response = Response ?? First(Responses) ?? Responses[0];
        return new FoundColumns(
            Question,
            Gold,
            Variant ?? First(Variants),
            response,
            Correct ?? CorrectOf(response),
            Extracted ?? First([ExtractedOf(response)]),
            Reflections ?? First(ReflectionsOf(response)) ?? ReflectionsOf(response)[0],
            First(Models)
        );
    }

    /// <summary>Names of all columns that are read.</summary>
    internal IEnumerable<string> All()
    {
        IReadOnlyList<string> responses = Response is null ? Responses : [Response];
        IEnumerable<string?> names =
        [
            Question,
            Gold,
            Variant,
            Correct,
            Extracted,
            Reflections,
            .. Variants,
            .. Models,
            .. responses,
            .. responses.Select(CorrectOf),
            .. responses.Select(ExtractedOf),
            .. responses.SelectMany(ReflectionsOf),
        ];
        return names.OfType<string>();
    }

    private static string CorrectOf(string response) => $"{response}__eval_is_correct";

    private static string ExtractedOf(string response) => $"{response}__eval_extracted_answers";

    /// <summary>The released datasets use the first spelling here with either name of the responses.</summary>
    private static IReadOnlyList<string> ReflectionsOf(string response) => [$"{response}_reflection", $"{Responses[0]}_reflection"];
}

/// <inheritdoc cref="AttemptColumns"/>
internal sealed record FoundColumns(
    string Question,
    string Gold,
    string? Variant,
    string Response,
    string Correct,
    string? Extracted,
    string Reflections,
    string? Model
);
