using Microsoft.Extensions.FileSystemGlobbing;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Hub;

/// <summary>Chooses the files of a repository that are downloaded.</summary>
public static class FileSelection
{
    /// <summary>A checkpoint is its configuration, tokenizer, template and safetensors weights. Copies of the weights in other formats are
    /// left out.</summary>
    private static readonly string[] ModelFiles =
    [
        "config.json",
        "generation_config.json",
        "tokenizer*",
        "vocab.*",
        "merges.txt",
        "added_tokens.json",
        "special_tokens_map.json",
        "chat_template.*",
        "adapter_config.json",
        "*.safetensors",
        "*.safetensors.index.json",
        "README.md",
        "LICENSE*",
    ];

    private static readonly string[] DataFiles =
    [
        "**/*.parquet",
        "**/*.jsonl",
        "**/*.jsonl.gz",
        "**/*.json",
        "**/*.csv",
        "README.md",
        "LICENSE*",
    ];

    /// <summary>Selects files, in the order of their paths.</summary>
    /// <param name="repository">Decides the default patterns.</param>
    /// <param name="files">All files of the repository.</param>
    /// <param name="include">Glob patterns to select instead of the default; empty for the default.</param>
    /// <param name="exclude">Glob patterns to leave out.</param>
    /// <exception cref="UserErrorException">No file is selected, or a pattern of <paramref name="include"/> matches none.</exception>
    public static IReadOnlyList<HubFile> Select(
        HubRepository repository,
        IReadOnlyList<HubFile> files,
        IReadOnlyList<string> include,
        IReadOnlyList<string> exclude
    )
    {
        var paths = files.Select(f => f.Path).ToList();
        if (include.FirstOrDefault(pattern => Match([pattern], [], paths).Count == 0) is { } unmatched)
        {
            throw new UserErrorException($"no file of {repository} matches '{unmatched}'; it holds {Listed(paths)}");
        }

        var defaults = repository.Kind == HubKind.Model ? ModelFiles : DataFiles;
        var selected = Match(include.Count > 0 ? include : defaults, exclude, paths);
        return selected.Count > 0
            ? [.. files.Where(f => selected.Contains(f.Path)).OrderBy(f => f.Path, StringComparer.Ordinal)]
            : throw new UserErrorException(
                $"{repository} has no file to download: "
                    + (exclude.Count > 0 || include.Count > 0 ? "the patterns leave none. " : $"expected {string.Join(", ", defaults)}. ")
                    + $"It holds {Listed(paths)}"
            );
    }

    private static HashSet<string> Match(IReadOnlyList<string> include, IReadOnlyList<string> exclude, IReadOnlyList<string> paths)
    {
        var matcher = new Matcher(StringComparison.Ordinal);
        matcher.AddIncludePatterns(include);
        matcher.AddExcludePatterns(exclude);
        return [.. matcher.Match(paths).Files.Select(f => f.Path)];
    }

    private static string Listed(List<string> paths) =>
        paths.Count == 0
            ? "no files"
            : string.Join(", ", paths.Order(StringComparer.Ordinal).Take(10)) + (paths.Count > 10 ? $" and {paths.Count - 10} more" : "");
}
