using SkillFactory.Core.Artifacts;
using SkillFactory.Core.Prompts;
using SkillFactory.Core.Recipes;
using SkillFactory.Core.Recipes.Rules;
using SkillFactory.Core.Tasks;
using SkillFactory.Core.Tasks.Files;
using SkillFactory.Core.Traces;
using SkillFactory.Data.ImportedTraces;
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
    /// <param name="skipped">Receives each skipped row.</param>
    /// <exception cref="UserErrorException">A row cannot be used, and the recipe does not skip bad rows.</exception>
    public static async Task<IAsyncEnumerable<ImportedTrace>> TracesAsync(
        ImportedTraceSettings given,
        IArtifactStore store,
        Action<RowProblem> skipped,
        CancellationToken cancellationToken = default
    ) => Read(given, await StoredFile.PathAsync(given.File, MediaType, store, cancellationToken), skipped, cancellationToken);

    /// <summary>Reads every file once, so that bad rows are reported before the run starts, and rejects questions of the
    /// evaluation.</summary>
    /// <param name="evaluated">The questions of the evaluation.</param>
    /// <exception cref="UserErrorException">A row cannot be used, or it has a question of the evaluation.</exception>
    public static void Check(Recipe recipe, IEnumerable<Question> evaluated)
    {
        var given = Given(recipe).Where(g => IsPath(g.File)).ToList();
        var examples = Examples(recipe).Where(e => IsPath(e.File)).ToList();
        if (given.Count + examples.Count == 0)
        {
            return;
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
                    await foreach (var trace in Read(settings, settings.File, _ => { }, CancellationToken.None))
                    {
                        Refuse(trace);
                        if (settings.Task is not null)
                        {
                            Question(settings, trace);
                        }
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

    /// <summary>The question of a trace, for grading its response.</summary>
    /// <exception cref="UserErrorException">The row has no gold answer, or the task cannot read it.</exception>
    public static Question Question(ImportedTraceSettings given, ImportedTrace trace) =>
        TaskRegistry
            .Get(given.Task!)
            .FromGold(
                trace.Place,
                trace.User,
                trace.Gold
                    ?? throw new UserErrorException(
                        $"{trace.Place}: found no gold answer; expected a column gold, answer or ground_truth to grade by, "
                            + "or goldColumn to name another"
                    )
            );

    private static async Task<IReadOnlyList<ImportedTrace>> FirstAsync(
        ExampleSettings examples,
        string path,
        CancellationToken cancellationToken
    )
    {
        var first = await ImportedTraceFile
            .ReadAsync(path, new ImportedTraceColumns(), cancellationToken: cancellationToken)
            .Take(examples.Count)
            .ToListAsync(cancellationToken);
        return first.Count == examples.Count
            ? first
            : throw new UserErrorException(
                $"{path}: found {first.Count} examples; expected {examples.Count}, as sampling.examples.count says"
            );
    }

    private static IAsyncEnumerable<ImportedTrace> Read(
        ImportedTraceSettings given,
        string path,
        Action<RowProblem> skipped,
        CancellationToken cancellationToken
    ) =>
        ImportedTraceFile.ReadAsync(
            path,
            new ImportedTraceColumns(given.QuestionColumn, given.ResponseColumn, given.GoldColumn),
            given.BadRows == RecipeValues.SkipBadRows ? skipped : null,
            cancellationToken
        );

    private static bool IsPath(string name) => !StoredFile.IsStored(name);

    private static IEnumerable<SamplingSettings> Sampling(Recipe recipe) => recipe.RoundsWith(StageNames.Sample).Select(r => r.Sampling);

    private static IEnumerable<ExampleSettings> Examples(Recipe recipe) =>
        Sampling(recipe).Select(s => s.Examples).OfType<ExampleSettings>().Distinct();

    private static IEnumerable<ImportedTraceSettings> Given(Recipe recipe) =>
        recipe.RoundsWith(StageNames.Given).Select(r => r.Given).OfType<ImportedTraceSettings>().Distinct();
}
