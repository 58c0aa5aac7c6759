using SkillFactory.Core.Artifacts;
using SkillFactory.Core.Recipes;
using SkillFactory.Core.Recipes.Rules;
using SkillFactory.Core.Tasks;
using SkillFactory.Core.Tasks.Files;
using SkillFactory.Primitives.Errors;
using SkillFactory.Storage.ModelFolders;
using SkillFactory.Tables.Rows;

namespace SkillFactory.Data.RecipeInputs;

/// <summary>Question files of a recipe. They are copied to the artifact store, so that workers on other machines can read them (see
/// <see cref="StoredFile"/>).</summary>
public static class QuestionFiles
{
    private const string MediaType = "application/octet-stream";

    /// <summary>Stores the question files, and replaces their paths in the recipe by content-based names.</summary>
    /// <exception cref="UserErrorException">A file cannot be read.</exception>
    public static async Task<Recipe> ImportAsync(Recipe recipe, IArtifactStore store, CancellationToken cancellationToken = default)
    {
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var path in Sources(recipe).SelectMany(RecipeFiles.QuestionFilesOf).Where(f => !StoredFile.IsStored(f)).Distinct())
        {
            await DatasetFile.OpenRead(path).DisposeAsync();
            names[path] = StoredFile.NameOf(await store.PutFileAsync(path, MediaType, cancellationToken));
        }

        return recipe.WithQuestionFiles(path => names.GetValueOrDefault(path, path));
    }

    /// <summary>Looks up tasks by name. Tasks with question files read them from the store.</summary>
    public static async Task<Func<string, ITask>> TasksAsync(
        IEnumerable<QuestionSource> sources,
        IArtifactStore store,
        CancellationToken cancellationToken = default
    )
    {
        var paths = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var name in sources.SelectMany(RecipeFiles.QuestionFilesOf).Where(StoredFile.IsStored).Distinct())
        {
            paths[name] = await StoredFile.PathAsync(name, MediaType, store, cancellationToken);
        }

        return name =>
            TaskRegistry.Get(name) is IFileBackedTask task
                ? task.ReadingFrom(file => paths.GetValueOrDefault(file, file))
                : TaskRegistry.Get(name);
    }

    /// <summary>What was read from a recipe's question files, each file once.</summary>
    public static IReadOnlyList<QuestionFileCounts> Counts(Recipe recipe) =>
        [.. Sources(recipe).SelectMany(s => PoolOf(s)?.Files ?? []).DistinctBy(f => f.File.Path)];

    /// <summary>Checks that no question of a task is both trained on and evaluated on.</summary>
    /// <exception cref="UserErrorException">There is such a question. The message names both rows.</exception>
    public static void CheckNoneIsTrainedAndEvaluated(Recipe recipe)
    {
        var evaluated = new Dictionary<(string Task, QuestionIdentity), string>();
        var split = recipe.Evaluation.Split == RecipeValues.ValidationSplit ? Split.Validation : Split.Test;
        foreach (var set in recipe.Evaluation.Sets)
        {
            foreach (var question in PoolOf(set)?.Of(split) ?? [])
            {
                evaluated[(set.Task, question.Identity)] = question.Place;
            }
        }

        foreach (var source in TrainingSources(recipe))
        {
            foreach (var question in PoolOf(source)?.Questions.Where(q => q.Split is Split.Sft or Split.Rl) ?? [])
            {
                if (evaluated.TryGetValue((source.Task, question.Identity), out var place))
                {
                    throw new UserErrorException(
                        $"{question.Place}: found the same question as at {place}, which is evaluated on while this one is trained on; "
                            + "expected no question in both"
                    );
                }
            }
        }
    }

    /// <summary>The texts of the questions in the evaluation's files, with white space normalized.</summary>
    public static IEnumerable<string> EvaluatedTexts(Recipe recipe)
    {
        var split = recipe.Evaluation.Split == RecipeValues.ValidationSplit ? Split.Validation : Split.Test;
        return recipe.Evaluation.Sets.SelectMany(set => PoolOf(set)?.Of(split) ?? []).Select(q => q.Content.Canonical);
    }

    private static QuestionPool? PoolOf(QuestionSource source) =>
        TaskRegistry.Get(source.Task) is IFileBackedTask task ? task.Read(new QuestionSpec(source.Level, source.Settings)) : null;

    private static IEnumerable<QuestionSource> Sources(Recipe recipe) => TrainingSources(recipe).Concat(recipe.Evaluation.Sets);

    private static IEnumerable<QuestionSource> TrainingSources(Recipe recipe) => recipe.TrainingSources();
}
