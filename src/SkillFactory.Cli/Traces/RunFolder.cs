using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using SkillFactory.Data.Conversations;
using SkillFactory.Data.Rollouts;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Cli.Traces;

/// <summary>Finds and reads run folders.</summary>
internal static partial class RunFolder
{
    private const string Rollouts = "rollouts.parquet";
    private const string Recipe = "recipe.yaml";

    /// <summary>Finds the run folder by its path, or by an experiment's id (or a unique prefix of it) in the workspace.</summary>
    /// <exception cref="UserErrorException">No folder matches, several do, or the folder holds no responses yet.</exception>
    public static string Find(string workspace, string id) => Find(workspace, id, Rollouts);

    /// <param name="file">A file that the folder must hold.</param>
    public static string Find(string workspace, string id, string file)
    {
        if (File.Exists(Path.Combine(id, file)))
        {
            return id;
        }

        if (Path.GetFileName(Path.TrimEndingDirectorySeparator(id)) != Path.TrimEndingDirectorySeparator(id))
        {
            throw new UserErrorException(
                Directory.Exists(id) && !File.Exists(Path.Combine(id, Recipe)) ? $"{id} is no run folder: it holds no {Recipe}"
                : Directory.Exists(id) ? NotYet(id, file)
                : $"there is no folder {id}"
            );
        }

        var names = Directory.Exists(workspace)
            ? Directory
                .EnumerateDirectories(workspace)
                .Where(d => File.Exists(Path.Combine(d, Recipe)))
                .Select(d => Path.GetFileName(d))
                .ToList()
            : [];
        var matches = names.Contains(id) ? [id] : names.Where(n => n.StartsWith(id, StringComparison.Ordinal)).ToList();
        var folder = matches.Count switch
        {
            1 => Path.Combine(workspace, matches[0]),
            0 when names.Count == 0 => throw new UserErrorException(
                $"there are no run folders in {workspace}; give the path of one, or use --workspace to select another folder"
            ),
            0 => throw new UserErrorException($"there is no run folder '{id}' in {workspace}{NearestName.Hint(id, names)}"),
            _ => throw new UserErrorException(
                $"'{id}' matches several run folders in {workspace}: {string.Join(", ", matches.Order(StringComparer.Ordinal))}"
            ),
        };
        return File.Exists(Path.Combine(folder, file)) ? folder : throw new UserErrorException(NotYet(folder, file));
    }

    private static string NotYet(string folder, string file) =>
        $"{folder} holds no {file} yet: {(file == Rollouts ? "no stage that samples is finished" : "its report is not written")}";

    /// <summary>All responses of a run, in the order in which they were written.</summary>
    /// <exception cref="UserErrorException">The file is damaged.</exception>
    public static IAsyncEnumerable<ShownResponse> ReadAsync(string folder, CancellationToken cancellationToken) =>
        RolloutParquet.ReadAsync(Path.Combine(folder, Rollouts), cancellationToken).Select(ShownResponse.Of);

    /// <summary>All silver traces of a run, by seed and arm.</summary>
    /// <exception cref="UserErrorException">A file is damaged.</exception>
    public static async IAsyncEnumerable<ShownResponse> ReadTracesAsync(
        string folder,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        var datasets = Path.Combine(folder, "dataset");
        var files = Directory.Exists(datasets)
            ? Directory.EnumerateFiles(datasets, "*.jsonl").Order(StringComparer.Ordinal).Where(f => new FileInfo(f).Length > 0)
            : [];
        foreach (var file in files)
        {
            var name = DatasetName().Match(Path.GetFileNameWithoutExtension(file));
            if (!name.Success || !long.TryParse(name.Groups["seed"].ValueSpan, CultureInfo.InvariantCulture, out var seed))
            {
                continue;
            }

            await foreach (var trace in ConversationFiles.ReadAsync(file, cancellationToken))
            {
                yield return ShownResponse.Of(trace, seed, name.Groups["arm"].Value);
            }
        }
    }

    /// <summary>"SEED-ARM", and after the first round of an arm "SEED-ARM-ROUND".</summary>
    [GeneratedRegex("^(?<seed>-?[0-9]+)-(?<arm>.+)$")]
    private static partial Regex DatasetName();
}
