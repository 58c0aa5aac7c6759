namespace SkillFactory.Data.TraceDatasets;

/// <summary>
/// Names of the columns of the raw schema. The released datasets call the responses <c>model_responses__mutated_prompts</c> in the script and
/// <c>model_responses__example_annotation</c> in its description; the columns that belong to them are called after them. Null: whichever of the
/// known names a file has.
/// </summary>
public sealed record AttemptColumns
{
    public string Question { get; init; } = "question";

    /// <summary>Gold answer; need not exist.</summary>
    public string Gold { get; init; } = "answer";

    /// <summary>Prompt variant; without one, all attempts are of the variant "original".</summary>
    public string? Variant { get; init; }

    public string? Response { get; init; }

    public string? Correct { get; init; }

    /// <summary>Answer that the grader read; need not exist.</summary>
    public string? Extracted { get; init; }

    public string? Reflections { get; init; }

    private static readonly IReadOnlyList<string> Responses = ["model_responses__mutated_prompts", "model_responses__example_annotation"];
    private static readonly IReadOnlyList<string> Variants = ["prompt_variant", "prompt_type"];
    private static readonly IReadOnlyList<string> Models = ["model", "model_name"];

    /// <summary>The names as they are in a file with these columns.</summary>
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

    /// <summary>Every name that may be asked for.</summary>
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

    /// <summary>The released sets keep the first spelling here, whatever the responses are called.</summary>
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
