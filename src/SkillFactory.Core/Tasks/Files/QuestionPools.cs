using System.Collections.Concurrent;
using System.Text.Json;
using SkillFactory.Tables.Rows;

namespace SkillFactory.Core.Tasks.Files;

/// <summary>Reads question files and caches the result per settings until a file changes.</summary>
internal static class QuestionPools
{
    /// <summary>Maximum number of cached pools. A recipe has a few sources; when this many accumulate the cache is cleared.</summary>
    private const int MaxCached = 32;

    private static readonly ConcurrentDictionary<string, Lazy<QuestionPool>> Cache = new(StringComparer.Ordinal);

    /// <param name="pathOf">Maps a file name in the settings to a path.</param>
    /// <param name="read">Converts a row to a question.</param>
    public static QuestionPool Get(
        string task,
        QuestionFileSettings settings,
        IReadOnlyList<ColumnSetting> columns,
        Func<string, string> pathOf,
        Func<QuestionRow, FileQuestion> read
    )
    {
        if (Cache.Count > MaxCached)
        {
            Cache.Clear();
        }

        var files = settings.Files.Select(f => f with { Path = pathOf(f.Path) }).ToList();
        var key = JsonSerializer.Serialize(
            new
            {
                task,
                files = files.Select(f => new
                {
                    f.Path,
                    f.Splits,
                    Content = Fingerprint(f.Path),
                }),
                settings.SkipBadRows,
                settings.Columns,
            }
        );
        var pool = Cache.GetOrAdd(key, _ => new(() => Load(task, files, settings, columns, read)));
        try
        {
            return pool.Value;
        }
        catch
        {
            Cache.TryRemove(key, out var _);
            throw;
        }
    }

    private static string Fingerprint(string path) =>
        DatasetFile.Info(path) is { Exists: true } file ? $"{file.Length}/{file.LastWriteTimeUtc.Ticks}" : "";

    private static QuestionPool Load(
        string task,
        IReadOnlyList<QuestionFile> files,
        QuestionFileSettings settings,
        IReadOnlyList<ColumnSetting> columns,
        Func<QuestionRow, FileQuestion> read
    )
    {
        var pool = new Builder(task, settings, columns, read);
        foreach (var file in files)
        {
            // The caller is synchronous and may block; Parquet can be read only asynchronously.
            Task.Run(() => pool.AddAsync(file)).GetAwaiter().GetResult();
        }

        return new QuestionPool(pool.Questions, pool.Files);
    }

    private sealed class Builder(
        string task,
        QuestionFileSettings settings,
        IReadOnlyList<ColumnSetting> columns,
        Func<QuestionRow, FileQuestion> read
    )
    {
        private readonly Dictionary<QuestionIdentity, PooledQuestion> _seen = [];

        public List<PooledQuestion> Questions { get; } = [];

        public List<QuestionFileCounts> Files { get; } = [];

        public async Task AddAsync(QuestionFile file)
        {
            var counts = new QuestionFileCounts(file);
            Files.Add(counts);
            IReadOnlyDictionary<string, string?>? names = null;
            await foreach (var row in TableFile.ReadAsync(file.Path))
            {
                counts.Rows++;
                try
                {
                    names ??= Names(row);
                    Add(counts, row, names);
                }
                catch (BadRowException e)
                {
                    counts.Bad.Add(e.Problem);
                }
            }

            if (counts.Bad.Count > 0 && !settings.SkipBadRows)
            {
                throw counts.Bad.ToError(file.Path, counts.Rows, "the setting badRows: skip");
            }
        }

        /// <summary>Column names in this file by setting. The first readable row determines them.</summary>
        private Dictionary<string, string?> Names(TableRow first) =>
            columns.ToDictionary(
                c => c.Key,
                c => settings.Columns[c.Key] ?? c.Defaults.FirstOrDefault(name => first.Find(name) is not null) ?? c.NameInErrors
            );

        private void Add(QuestionFileCounts counts, TableRow row, IReadOnlyDictionary<string, string?> names)
        {
            var reads = new ColumnReads(row);
            var named = new QuestionRow(reads, names);
            var content = read(named);
            var identity = QuestionIdentity.Of(task, content.Canonical);
            var question = new PooledQuestion(identity, QuestionFileSettings.SplitOf(identity, counts.File.Splits), content, row.Place);
            if (_seen.TryAdd(identity, question))
            {
                Questions.Add(question);
                counts.AddUnused(reads.Unused);
            }
            else if (_seen[identity] is var other && other.Split == question.Split && other.Content.Gold == content.Gold)
            {
                counts.Repeated++;
            }
            else
            {
                throw named.Bad(
                    columns[0].Key,
                    $"the same question as at {other.Place}"
                        + (
                            other.Split == question.Split
                                ? " with another answer"
                                : $", which is in the split {QuestionFileSettings.NameOf(other.Split)} while this one is in "
                                    + QuestionFileSettings.NameOf(question.Split)
                        ),
                    "every question in one split and with one answer"
                );
            }
        }
    }
}
