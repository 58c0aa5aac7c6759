using SkillFactory.Core.Artifacts;
using SkillFactory.Core.Prompts;
using SkillFactory.Core.Recipes;
using SkillFactory.Core.Recipes.Reading;
using SkillFactory.Core.Tasks;
using SkillFactory.Core.Tasks.Files;
using SkillFactory.Core.Traces;
using SkillFactory.Data.ImportedTraces;
using SkillFactory.Primitives.Errors;
using SkillFactory.Storage.ModelFolders;
using SkillFactory.Tables.Rows;

namespace SkillFactory.Data.RecipeInputs;

/// <summary>What a recipe takes from elsewhere for its training sets: files of given traces and of examples, and other models' folders. They travel
/// with the experiment: see <see cref="StoredFile"/>.</summary>
public static class ImportedFiles
{
    private const string MediaType = "application/octet-stream";

    /// <summary>Stores files and models and names them by content.</summary>
    /// <exception cref="UserErrorException">One cannot be read.</exception>
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

    /// <summary>The folders of other models.</summary>
    public static IEnumerable<string> ModelsOf(Recipe recipe) =>
        Sampling(recipe).Select(s => s.Model).OfType<string>().Where(IsPath).Distinct();

    /// <summary>The model that makes the attempts, where it is another one; else null.</summary>
    public static async Task<BaseModel?> ModelAsync(
        SamplingSettings sampling,
        IArtifactStore store,
        CancellationToken cancellationToken = default
    ) =>
        sampling.Model is { } model
            ? await store.GetJsonAsync<BaseModel>(StoredFile.Parse(model, JsonArtifacts.DocumentType), cancellationToken)
            : null;

    /// <summary>The examples that stand before every question; empty for none.</summary>
    /// <exception cref="UserErrorException">The file has a row that cannot be used, or too few.</exception>
    public static async Task<IReadOnlyList<ImportedTrace>> ExamplesAsync(
        SamplingSettings sampling,
        IArtifactStore store,
        CancellationToken cancellationToken = default
    ) =>
        sampling.Examples is { } examples
            ? await FirstAsync(examples, await StoredFile.PathAsync(examples.File, MediaType, store, cancellationToken), cancellationToken)
            : [];

    /// <summary>The given traces, row by row.</summary>
    /// <param name="leftOut">Is told of rows that are left out.</param>
    /// <exception cref="UserErrorException">A row cannot be used and is not to be left out.</exception>
    public static async Task<IAsyncEnumerable<ImportedTrace>> TracesAsync(
        ImportedTraceSettings given,
        IArtifactStore store,
        Action<RowProblem> leftOut,
        CancellationToken cancellationToken = default
    ) => Read(given, await StoredFile.PathAsync(given.File, MediaType, store, cancellationToken), leftOut, cancellationToken);

    /// <summary>Reads every file once, so that a bad row is known before anything runs, and refuses questions that are evaluated on.</summary>
    /// <param name="evaluated">The questions of the evaluation.</param>
    /// <exception cref="UserErrorException">The first row that is wrong.</exception>
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

        // Files are read by asynchronous code only.
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
                    $"{trace.Place}: found a question that is evaluated on; expected traces of other questions, or another evaluation split"
                );
            }
        }
    }

    /// <summary>The trace's question, to grade its response by.</summary>
    /// <exception cref="UserErrorException">The row has no gold answer, or one that the task cannot use.</exception>
    public static Question Question(ImportedTraceSettings given, ImportedTrace trace) =>
        TaskRegistry
            .Get(given.Task!)
            .FromGold(
                trace.Place,
                trace.User,
                trace.Gold
                    ?? throw new UserErrorException(
                        $"{trace.Place}: found no gold answer; expected a column gold, answer or ground_truth to grade by, or goldColumn to name another"
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
        Action<RowProblem> leftOut,
        CancellationToken cancellationToken
    ) =>
        ImportedTraceFile.ReadAsync(
            path,
            new ImportedTraceColumns(given.QuestionColumn, given.ResponseColumn, given.GoldColumn),
            given.BadRows == RecipeValues.SkipBadRows ? leftOut : null,
            cancellationToken
        );

    private static bool IsPath(string name) => !StoredFile.IsStored(name);

    private static IEnumerable<SamplingSettings> Sampling(Recipe recipe) => recipe.RoundsWith(StageNames.Sample).Select(r => r.Sampling);

    private static IEnumerable<ExampleSettings> Examples(Recipe recipe) =>
        Sampling(recipe).Select(s => s.Examples).OfType<ExampleSettings>().Distinct();

    private static IEnumerable<ImportedTraceSettings> Given(Recipe recipe) =>
        recipe.RoundsWith(StageNames.Given).Select(r => r.Given).OfType<ImportedTraceSettings>().Distinct();
}
