using SkillFactory.Primitives.Errors;

namespace SkillFactory.Data.TraceDatasets;

/// <param name="Path">A file of rows.</param>
/// <param name="Split">The split in its name ("train-00000-of-00004.parquet", "test/part-1.jsonl"), or null.</param>
public sealed record InputFile(string Path, string? Split);

/// <summary>The files of a dataset: one file, or a folder of shards.</summary>
public static class InputFiles
{
    /// <summary>The split that is read by default if file names contain splits, as in the released script.</summary>
    public const string DefaultSplit = "train";

    private const string Rollouts = "rollouts.parquet";

    private static readonly IReadOnlyList<string> Extensions = [".jsonl", ".ndjson", ".json", ".csv", ".parquet"];

    /// <summary>Files beside data sets that hold no rows.</summary>
    private static readonly IReadOnlyList<string> Descriptions = ["dataset_info.json", "dataset_infos.json", "state.json"];

    private static readonly IReadOnlyList<string> Splits = [DefaultSplit, "test", "validation", "valid", "val", "dev", "eval"];

    /// <summary>Finds the files to read, sorted by name, and the files of other splits. In a run folder only the rollouts are
    /// read.</summary>
    /// <param name="path">A file, or a folder that is searched recursively.</param>
    /// <param name="split">The split to read. If null, "train" if file names contain splits, otherwise all files.</param>
    /// <exception cref="UserErrorException">The path, a file of rows in it, or the split does not exist.</exception>
    public static (IReadOnlyList<InputFile> Files, IReadOnlyList<InputFile> OtherSplits) Find(string path, string? split)
    {
        if (File.Exists(path))
        {
            return split is null
                ? ([new InputFile(path, null)], [])
                : throw new UserErrorException($"--split {split} chooses among the files of a folder, and {path} is one file");
        }

        if (!Directory.Exists(path))
        {
            throw new UserErrorException($"{path}: no such file or folder");
        }

        if (split is null && File.Exists(Path.Combine(path, Rollouts)))
        {
            return ([new InputFile(Path.Combine(path, Rollouts), null)], []);
        }

        var files = Directory
            .EnumerateFiles(path, "*", SearchOption.AllDirectories)
            .Where(f =>
                Extensions.Contains(ExtensionOf(f))
                && !Descriptions.Contains(Path.GetFileName(f))
                && !Path.GetRelativePath(path, f).Split(Path.DirectorySeparatorChar).Any(p => p.StartsWith('.'))
            )
            .Order(StringComparer.Ordinal)
            .Select(f => new InputFile(f, SplitOf(Path.GetRelativePath(path, f))))
            .ToList();
        if (files.Count == 0)
        {
            throw new UserErrorException(
                $"{path}: the folder holds no files called {string.Join(", ", Extensions.Select(e => "*" + e))}, or such text with .gz"
            );
        }

        return Choose(path, files, split);
    }

    /// <summary>The extension without that of the compression.</summary>
    private static string ExtensionOf(string file)
    {
        var name = file.ToLowerInvariant();
        return Path.GetExtension(name.EndsWith(".gz", StringComparison.Ordinal) ? name[..^3] : name);
    }

    private static (IReadOnlyList<InputFile> Files, IReadOnlyList<InputFile> OtherSplits) Choose(
        string path,
        List<InputFile> files,
        string? split
    )
    {
        var splits = files.Select(f => f.Split).OfType<string>().Distinct().Order(StringComparer.Ordinal).ToList();
        if (splits.Count == 0 && split is null)
        {
            return (files, []);
        }

        var wanted = split ?? DefaultSplit;
        if (!splits.Contains(wanted))
        {
            throw new UserErrorException(
                splits.Count == 0
                    ? $"{path}: no file names a split, so there is no '{wanted}'"
                    : $"{path}: no file is of the split '{wanted}'; found {string.Join(", ", splits)} (--split names one of them)"
            );
        }

        return files.FirstOrDefault(f => f.Split is null) is { } unnamed
            ? throw new UserErrorException(
                $"{unnamed.Path}: the name gives no split, but other files of {path} have one; give the files to read a folder of their own"
            )
            : (files.FindAll(f => f.Split == wanted), files.FindAll(f => f.Split != wanted));
    }

    private static string? SplitOf(string relativePath)
    {
        var parts = relativePath.Split(Path.DirectorySeparatorChar);
        return parts[..^1].LastOrDefault(Splits.Contains)
            ?? Splits.FirstOrDefault(s =>
                parts[^1].StartsWith(s, StringComparison.Ordinal) && parts[^1].Length > s.Length && !char.IsLetter(parts[^1][s.Length])
            );
    }
}
