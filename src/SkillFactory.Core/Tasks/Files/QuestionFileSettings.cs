using SkillFactory.Primitives.Errors;

namespace SkillFactory.Core.Tasks.Files;

/// <summary>A column that a task reads.</summary>
/// <param name="Key">The setting that names it, e.g. "questionColumn".</param>
/// <param name="Defaults">Names tried, in this order, when the setting is not given. Empty: the column is not read unless named.</param>
public sealed record ColumnSetting(string Key, IReadOnlyList<string> Defaults)
{
    /// <summary>What errors call it when a file has none of the defaults; the last of them, if nothing else is said.</summary>
    public string? Named { get; init; } = Defaults.Count > 0 ? Defaults[^1] : null;
}

/// <summary>
/// Which files hold the questions of which splits. Settings, defaults in brackets:
/// <c>file</c>: questions of every split that has no file of its own. <c>sftFile</c>, <c>rlFile</c>, <c>validationFile</c>,
/// <c>testFile</c>: questions of one split. A file for several splits is divided by the hash of each question, in the proportions of
/// <see cref="QuestionIdentity"/>, so that no question is in two of them. <c>badRows</c> [refuse]: "refuse" stops at the first row that cannot be
/// used, "skip" leaves such rows out and counts them. The task's column settings: see <see cref="ColumnSetting"/>.
/// </summary>
public sealed class QuestionFileSettings
{
    // In the order in which QuestionIdentity divides the hash, with its shares of 24.
    private static readonly IReadOnlyList<(Split Split, string Key, uint Share)> Splits =
    [
        (Split.Test, "testFile", 4),
        (Split.Validation, "validationFile", 2),
        (Split.Sft, "sftFile", 9),
        (Split.Rl, "rlFile", 9),
    ];

    private QuestionFileSettings(IReadOnlyList<QuestionFile> files, bool skipBadRows, IReadOnlyDictionary<string, string?> columns) =>
        (Files, SkipBadRows, Columns) = (files, skipBadRows, columns);

    /// <summary>The settings that name files.</summary>
    public static IReadOnlyList<string> FileKeys { get; } = ["file", .. Splits.Select(s => s.Key)];

    public IReadOnlyList<QuestionFile> Files { get; }

    public bool SkipBadRows { get; }

    /// <summary>Columns named by the user, by setting; null where none was.</summary>
    public IReadOnlyDictionary<string, string?> Columns { get; }

    /// <exception cref="UserErrorException">An unknown setting, a wrong value, or no file.</exception>
    public static QuestionFileSettings Read(string task, QuestionSpec spec, IReadOnlyList<ColumnSetting> columns)
    {
        if (spec.Level.Length is 0 or > 40 || !spec.Level.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.'))
        {
            throw new UserErrorException(
                $"task {task}: level '{spec.Level}' is not a name for a set of questions; expected letters, digits, '-', '_' and '.', such as 'gsm8k'"
            );
        }

        var reader = new TaskSettings(task, spec.Settings);
        var shared = reader.Text("file");
        var files = new List<QuestionFile>();
        var left = new List<Split>();
        foreach (var (split, key, _) in Splits)
        {
            if (reader.Text(key) is { } own)
            {
                files.Add(new QuestionFile(own, [split]));
            }
            else
            {
                left.Add(split);
            }
        }

        if (shared is not null)
        {
            files.Insert(
                0,
                left.Count > 0
                    ? new QuestionFile(shared, left)
                    : throw new UserErrorException($"task {task}: setting 'file' has no effect, as every split has a file of its own")
            );
        }

        var named = columns.ToDictionary(c => c.Key, c => reader.Text(c.Key));
        var skip = reader.Choice("badRows", "refuse", ["refuse", "skip"]) == "skip";
        reader.RefuseUnknown();
        return files.Count > 0
            ? new(files, skip, named)
            : throw new UserErrorException(
                $"task {task}: its questions come from your own file; expected the setting 'file', or one of {string.Join(", ", FileKeys.Skip(1))}"
            );
    }

    /// <summary>The part of the question space a question of a file belongs to.</summary>
    internal static Split SplitOf(QuestionIdentity identity, IReadOnlyList<Split> among)
    {
        var parts = Splits.Where(s => among.Contains(s.Split)).ToList();
        var at = identity.Hash % (ulong)parts.Sum(p => p.Share);
        foreach (var (split, _, share) in parts)
        {
            if (at < share)
            {
                return split;
            }

            at -= share;
        }

        throw new ArgumentException("no split to choose from", nameof(among));
    }
}

/// <param name="Path">As the settings give it.</param>
/// <param name="Splits">The splits whose questions it holds.</param>
public sealed record QuestionFile(string Path, IReadOnlyList<Split> Splits);
