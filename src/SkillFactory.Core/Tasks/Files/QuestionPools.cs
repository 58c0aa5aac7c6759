using System.Collections.Concurrent;
using SkillFactory.Tables.Rows;

namespace SkillFactory.Core.Tasks.Files;

/// <summary>Reads question files, each set of settings once as long as the files stay as they are.</summary>
internal static class QuestionPools
{
    /// <summary>Pools kept. A recipe has a few sources; more means that many recipes were read, and the pools are made anew.</summary>
    private const int MostKept = 32;

    private static readonly ConcurrentDictionary<string, Lazy<QuestionPool>> Kept = new(StringComparer.Ordinal);

    /// <param name="pathOf">From a file's name in the settings to its path.</param>
    /// <param name="read">From a row to its question.</param>
    public static QuestionPool Get(
        string task,
        QuestionFileSettings settings,
        IReadOnlyList<ColumnSetting> columns,
        Func<string, string> pathOf,
        Func<QuestionRow, FileQuestion> read
    )
    {
        if (Kept.Count > MostKept)
        {
            Kept.Clear();
        }

        var files = settings.Files.Select(f => f with { Path = pathOf(f.Path) }).ToList();
        var key = CanonicalJson.Hash(
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
        var pool = Kept.GetOrAdd(key, _ => new(() => Load(task, files, settings, columns, read)));
        try
        {
            return pool.Value;
        }
        catch
        {
            Kept.TryRemove(key, out var _);
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
            // Questions are asked for by synchronous code, on threads that may wait; Parquet is read by asynchronous code only.
            Task.Run(() => pool.AddAsync(file)).GetAwaiter().GetResult();
        }

        return new QuestionPool(pool.Questions, pool.LeftOut);
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

        public List<RowProblem> LeftOut { get; } = [];

        public async Task AddAsync(QuestionFile file)
        {
            IReadOnlyDictionary<string, string?>? names = null;
            await foreach (var row in TableFile.ReadAsync(file.Path))
            {
                try
                {
                    names ??= Names(row);
                    Add(file, row, new QuestionRow(row, names));
                }
                catch (BadRowException e) when (settings.SkipBadRows)
                {
                    LeftOut.Add(e.Problem);
                }
                catch (BadRowException e)
                {
                    throw e.Problem.ToError();
                }
            }
        }

        /// <summary>What the columns are called in this file: decided by its first readable row.</summary>
        private Dictionary<string, string?> Names(TableRow first) =>
            columns.ToDictionary(
                c => c.Key,
                c => settings.Columns[c.Key] ?? c.Defaults.FirstOrDefault(name => first.Find(name) is not null) ?? c.Named
            );

        private void Add(QuestionFile file, TableRow row, QuestionRow named)
        {
            var content = read(named);
            var identity = QuestionIdentity.Of(task, content.Canonical);
            var question = new PooledQuestion(identity, QuestionFileSettings.SplitOf(identity, file.Splits), content, row.Place);
            if (!_seen.TryAdd(identity, question))
            {
                var other = _seen[identity];
                throw named.Bad(
                    columns[0].Key,
                    $"the same question as at {other.Place}{(other.Split == question.Split ? "" : $", which is in the {other.Split} split while this one is in {question.Split}")}",
                    "every question once"
                );
            }

            Questions.Add(question);
        }
    }
}
