using System.Runtime.CompilerServices;
using SkillFactory.Core.Artifacts;
using SkillFactory.Core.Prompts;
using SkillFactory.Core.Recipes;
using SkillFactory.Core.Recipes.Rules;
using SkillFactory.Core.Tasks;
using SkillFactory.Core.Tasks.Files;
using SkillFactory.Core.Traces;
using SkillFactory.Data.ImportedTraces;
using SkillFactory.Grading;
using SkillFactory.Primitives.Errors;
using SkillFactory.Storage.ModelFolders;
using SkillFactory.Tables.Rows;

namespace SkillFactory.Data.RecipeInputs;

/// <summary>The external inputs of a recipe's training sets: files of imported traces and of examples, and folders of other models. They
/// are copied to the artifact store, so that workers on other machines can read them (see <see cref="StoredFile"/>).</summary>
public static class ImportedFiles
{
    private const string MediaType = "application/octet-stream";

    /// <summary>Stores the files and models, and replaces their paths in the recipe by content-based names.</summary>
    /// <exception cref="UserErrorException">A file or folder cannot be read.</exception>
    public static async Task<Recipe> ImportAsync(Recipe recipe, IArtifactStore store, CancellationToken cancellationToken = default)
    {
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var path in Sampling(recipe).Select(s => s.Model).OfType<string>().Where(IsPath).Distinct())
        {
            names[path] = StoredFile.NameOf(
                await store.PutJsonAsync(await ModelFolder.ImportAsync(path, store, cancellationToken), cancellationToken)
            );
        }

        foreach (var path in Given(recipe).Select(g => g.File).Concat(Examples(recipe).Select(e => e.File)).Where(IsPath).Distinct())
        {
            await DatasetFile.OpenRead(path).DisposeAsync();
            names[path] = StoredFile.NameOf(await store.PutFileAsync(path, MediaType, cancellationToken));
        }

        return recipe.WithImportedFiles(path => names.GetValueOrDefault(path, path));
    }

    /// <summary>Folders of the other models that the recipe samples from.</summary>
    public static IEnumerable<string> ModelsOf(Recipe recipe) =>
        Sampling(recipe).Select(s => s.Model).OfType<string>().Where(IsPath).Distinct();

    /// <summary>The model that attempts are sampled from, or null if it is the arm's own model.</summary>
    public static async Task<BaseModel?> ModelAsync(
        SamplingSettings sampling,
        IArtifactStore store,
        CancellationToken cancellationToken = default
    ) =>
        sampling.Model is { } model
            ? await store.GetJsonAsync<BaseModel>(StoredFile.Parse(model, JsonArtifacts.DocumentType), cancellationToken)
            : null;

    /// <summary>The examples before each question of the prompts; may be empty.</summary>
    /// <exception cref="UserErrorException">A row cannot be used, or there are too few rows.</exception>
    public static async Task<IReadOnlyList<ImportedTrace>> ExamplesAsync(
        SamplingSettings sampling,
        IArtifactStore store,
        CancellationToken cancellationToken = default
    ) =>
        sampling.Examples is { } examples
            ? await FirstAsync(examples, await StoredFile.PathAsync(examples.File, MediaType, store, cancellationToken), cancellationToken)
            : [];

    /// <summary>Streams the imported traces.</summary>
    /// <param name="counts">Receives the counts of the rows.</param>
    /// <param name="bad">Receives the rows that cannot be used.</param>
    /// <exception cref="UserErrorException">Rows cannot be used, and the recipe does not skip bad rows. Thrown after the last
    /// row.</exception>
    public static async Task<IAsyncEnumerable<ImportedTrace>> TracesAsync(
        ImportedTraceSettings given,
        IArtifactStore store,
        ImportedRowCounts counts,
        BadRows bad,
        CancellationToken cancellationToken = default
    ) => Read(given, await StoredFile.PathAsync(given.File, MediaType, store, cancellationToken), counts, bad, cancellationToken);

    /// <summary>Reads every file once, so that bad rows are reported before the run starts, and rejects questions of the
    /// evaluation.</summary>
    /// <param name="evaluated">The questions of the evaluation.</param>
    /// <returns>What was read from each file of traces.</returns>
    /// <exception cref="UserErrorException">A row cannot be used, or it has a question of the evaluation.</exception>
    public static IReadOnlyList<(ImportedTraceSettings Given, ImportedRowCounts Counts, BadRows Bad)> Check(
        Recipe recipe,
        IEnumerable<Question> evaluated
    )
    {
        var read = new List<(ImportedTraceSettings, ImportedRowCounts, BadRows)>();
        var given = Given(recipe).Where(g => IsPath(g.File)).ToList();
        var examples = Examples(recipe).Where(e => IsPath(e.File)).ToList();
        if (given.Count + examples.Count == 0)
        {
            return read;
        }

        var asked = evaluated
            .Select(q => Whitespace.Collapse(q.Text))
            .Concat(QuestionFiles.EvaluatedTexts(recipe))
            .ToHashSet(StringComparer.Ordinal);
        var plain = PromptSet.Get(recipe.Prompts).Variant(PromptVariant.Original);

        // This method is synchronous, and the readers are asynchronous.
        Task.Run(async () =>
            {
                foreach (var settings in given)
                {
                    var (counts, bad) = (new ImportedRowCounts(), new BadRows());
                    read.Add((settings, counts, bad));
                    await foreach (var trace in Read(settings, settings.File, counts, bad, CancellationToken.None))
                    {
                        Refuse(trace);
                    }
                }

                foreach (var settings in examples)
                {
                    foreach (var example in await FirstAsync(settings, settings.File, CancellationToken.None))
                    {
                        Refuse(example);
                    }
                }
            })
            .GetAwaiter()
            .GetResult();
        return read;

        void Refuse(ImportedTrace trace)
        {
            if (asked.Contains(Whitespace.Collapse(plain.WithoutSuffix(trace.User))))
            {
                throw new UserErrorException(
                    $"{trace.Place}: found a question that is evaluated on; "
                        + "expected traces of other questions, or another evaluation split"
                );
            }
        }
    }

    /// <summary>The imported traces of a file that is not stored yet. Its rows have been checked.</summary>
    internal static IEnumerable<ImportedTrace> Traces(ImportedTraceSettings given) =>
        Read(given, given.File, new ImportedRowCounts(), new BadRows(), CancellationToken.None).ToBlockingEnumerable();

    /// <summary>The examples of a file that is not stored yet.</summary>
    internal static IReadOnlyList<ImportedTrace> ExamplesOf(SamplingSettings sampling) =>
        sampling.Examples is { } examples
            ? Task.Run(() => FirstAsync(examples, examples.File, CancellationToken.None)).GetAwaiter().GetResult()
            : [];

    /// <summary>The messages that a trace is trained under.</summary>
    /// <param name="plain">The original variant of the arm's prompts.</param>
    public static (string? System, string User) PromptOf(ImportedTraceSettings given, PromptVariant plain, ImportedTrace trace) =>
        given.Prompt == RecipeValues.AskedAsGiven ? (trace.System, trace.User) : (plain.System, plain.WithSuffix(trace.User));

    /// <summary>Whether a trace is used: all, or those whose response is graded as correct.</summary>
    internal static bool IsKept(ImportedTraceSettings given, ImportedTrace trace) =>
        given.Keep == RecipeValues.KeepAll || Grade(given, trace).Outcome == Outcome.Correct;

    /// <summary>Grades a trace's response, for settings with a task.</summary>
    public static Grade Grade(ImportedTraceSettings given, ImportedTrace trace)
    {
        var question = Question(given, trace);
        return TaskRegistry.Get(question.Task).Grade(question, trace.Response, truncated: false);
    }

    /// <summary>The question of a trace, for grading its response.</summary>
    /// <param name="trace">A trace that was read with these settings, so that its gold answer is known to be readable.</param>
    private static Question Question(ImportedTraceSettings given, ImportedTrace trace) =>
        TaskRegistry.Get(given.Task!).FromGold(trace.Place, trace.User, trace.Gold!);

    private static RowProblem? GoldProblem(ImportedTraceSettings given, ImportedTrace trace)
    {
        if (trace.Gold is null)
        {
            const string Expected = "a column gold, answer or ground_truth to grade by, or goldColumn to name another";
            return new RowProblem(trace.Place, "", "no gold answer", Expected);
        }

        try
        {
            Question(given, trace);
            return null;
        }
        catch (UserErrorException e)
        {
            return new RowProblem(trace.Place, "", TableRow.Quoted(trace.Gold), $"a gold answer of the task {given.Task}: {e.Message}");
        }
    }

    private static async Task<IReadOnlyList<ImportedTrace>> FirstAsync(
        ExampleSettings examples,
        string path,
        CancellationToken cancellationToken
    )
    {
        var first = await ImportedTraceFile
            .ReadAsync(path, new ImportedTraceColumns(), problem => throw problem.ToError(), cancellationToken: cancellationToken)
            .Take(examples.Count)
            .ToListAsync(cancellationToken);
        return first.Count == examples.Count
            ? first
            : throw new UserErrorException(
                $"{path}: found {first.Count} examples; expected {examples.Count}, as sampling.examples.count says"
            );
    }

    private static async IAsyncEnumerable<ImportedTrace> Read(
        ImportedTraceSettings given,
        string path,
        ImportedRowCounts counts,
        BadRows bad,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        var traces = ImportedTraceFile.ReadAsync(
            path,
            new ImportedTraceColumns(given.QuestionColumn, given.ResponseColumn, given.GoldColumn),
            bad.Add,
            counts,
            given.Task is null ? null : trace => GoldProblem(given, trace),
            cancellationToken
        );
        await foreach (var trace in traces)
        {
            yield return trace;
        }

        if (bad.Count > 0 && given.BadRows != RecipeValues.SkipBadRows)
        {
            throw bad.ToError(path, counts.Rows, "given.badRows: skip");
        }
    }

    private static bool IsPath(string name) => !StoredFile.IsStored(name);

    private static IEnumerable<SamplingSettings> Sampling(Recipe recipe) => recipe.RoundsWith(StageNames.Sample).Select(r => r.Sampling);

    private static IEnumerable<ExampleSettings> Examples(Recipe recipe) =>
        Sampling(recipe).Select(s => s.Examples).OfType<ExampleSettings>().Distinct();

    private static IEnumerable<ImportedTraceSettings> Given(Recipe recipe) =>
        recipe.RoundsWith(StageNames.Given).Select(r => r.Given).OfType<ImportedTraceSettings>().Distinct();
}
