using SkillFactory.Core.Tasks;
using SkillFactory.Core.Tasks.Files;

namespace SkillFactory.Core.Recipes;

/// <summary>The files and folders that a recipe names.</summary>
public static class RecipeFiles
{
    /// <summary>The recipe with everything that it names on the disk renamed: the models, and the files of questions, traces, examples
    /// and phrases.</summary>
    public static Recipe WithPaths(this Recipe recipe, Func<string, string> rename)
    {
        TraceSettings Phrases(TraceSettings traces) =>
            RecipeValues.IsPhraseFile(traces.Phrases) ? traces with { Phrases = rename(traces.Phrases) } : traces;

        recipe = recipe.WithQuestionFiles(rename).WithImportedFiles(rename);
        return recipe with
        {
            Model = rename(recipe.Model),
            Traces = Phrases(recipe.Traces),
            Arms = [.. recipe.Arms.Select(a => a.WithSections(s => s with { Traces = s.Traces is { } t ? Phrases(t) : null }))],
        };
    }

    /// <summary>A stored recipe with its models and files named by their paths relative to a folder, so that it can be run from a file
    /// there.</summary>
    /// <param name="paths">Absolute paths by the names in the recipe.</param>
    public static Recipe WithPathsFrom(this Recipe recipe, string folder, IReadOnlyDictionary<string, string> paths) =>
        recipe.WithPaths(name =>
            paths.TryGetValue(name, out var path) ? Path.GetRelativePath(folder, path).Replace(Path.DirectorySeparatorChar, '/') : name
        );

    /// <summary>The paths that <see cref="WithPaths"/> renames, in its order, with repetitions.</summary>
    public static IReadOnlyList<string> PathsOf(Recipe recipe)
    {
        var paths = new List<string>();
        recipe.WithPaths(path =>
        {
            paths.Add(path);
            return path;
        });
        return paths;
    }

    /// <summary>The recipe with its question files renamed.</summary>
    public static Recipe WithQuestionFiles(this Recipe recipe, Func<string, string> rename)
    {
        IReadOnlyList<QuestionSource> Renamed(IReadOnlyList<QuestionSource> sources) =>
            [
                .. sources.Select(s =>
                    QuestionFilesOf(s).Any()
                        ? s with
                        {
                            Settings = s.Settings.ToDictionary(
                                p => p.Key,
                                p => FileSettingsOf(s).Contains(p.Key) ? rename(p.Value) : p.Value
                            ),
                        }
                        : s
                ),
            ];

        SftSettings Replaying(SftSettings s) => s.Replay is { } r ? s with { Replay = r with { Sources = Renamed(r.Sources) } } : s;

        return recipe with
        {
            Train = Renamed(recipe.Train),
            Sft = Replaying(recipe.Sft),
            Evaluation = recipe.Evaluation with { Sets = Renamed(recipe.Evaluation.Sets) },
            Arms =
            [
                .. recipe.Arms.Select(a =>
                    a.WithSections(s =>
                        s with
                        {
                            Train = s.Train is { } train ? Renamed(train) : null,
                            Sft = s.Sft is { } sft ? Replaying(sft) : null,
                        }
                    )
                ),
            ],
        };
    }

    /// <summary>The recipe with its files of imported traces and examples and its sampling models renamed.</summary>
    public static Recipe WithImportedFiles(this Recipe recipe, Func<string, string> rename)
    {
        SamplingSettings Sampling(SamplingSettings s) =>
            s.Model is null && s.Examples is null
                ? s
                : s with
                {
                    Model = s.Model is { } model ? rename(model) : null,
                    Examples = s.Examples is { } examples ? examples with { File = rename(examples.File) } : null,
                };
        ImportedTraceSettings Given(ImportedTraceSettings g) => g with { File = rename(g.File) };

        return recipe with
        {
            Sampling = Sampling(recipe.Sampling),
            Given = recipe.Given is { } given ? Given(given) : null,
            Arms =
            [
                .. recipe.Arms.Select(a =>
                    a.WithSections(set =>
                        set with
                        {
                            Sampling = set.Sampling is { } s ? Sampling(s) : null,
                            Given = set.Given is { } g ? Given(g) : null,
                        }
                    )
                ),
            ],
        };
    }

    /// <summary>The question files in the settings of a source.</summary>
    public static IEnumerable<string> QuestionFilesOf(QuestionSource source) =>
        FileSettingsOf(source).Where(source.Settings.ContainsKey).Select(key => source.Settings[key]).Where(file => file.Length > 0);

    private static IReadOnlyList<string> FileSettingsOf(QuestionSource source) =>
        TaskRegistry.Names.Contains(source.Task) && TaskRegistry.Get(source.Task) is IFileBackedTask task ? task.FileSettings : [];
}
