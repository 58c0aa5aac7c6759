using System.Numerics;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Core.Tasks.Files;

/// <summary>
/// Assigns files to splits. Settings, with defaults in brackets: <c>file</c>: questions of every split that has no file of its own.
/// <c>sftFile</c>, <c>rlFile</c>, <c>validationFile</c>, <c>testFile</c>: questions of one split. A file for several splits is divided by
/// the hash of each question, in the proportions of <see cref="QuestionIdentity"/>, so that no question is in two of them. <c>badRows</c>
/// [refuse]: with "refuse" bad rows are an error, with "skip" they are skipped and counted. The task adds its column settings; see
/// <see cref="ColumnSetting"/>.
/// </summary>
public sealed class QuestionFileSettings
{
    // In the order in which QuestionIdentity divides the hash, with shares of 24.
    private static readonly IReadOnlyList<(Split Split, string Key, uint Share, string Name)> Splits =
    [
        (Split.Test, "testFile", 4, "test"),
        (Split.Validation, "validationFile", 2, "validation"),
        (Split.Sft, "sftFile", 9, "traces"),
        (Split.Rl, "rlFile", 9, "GRPO"),
    ];

    private QuestionFileSettings(IReadOnlyList<QuestionFile> files, bool skipBadRows, IReadOnlyDictionary<string, string?> columns) =>
        (Files, SkipBadRows, Columns) = (files, skipBadRows, columns);

    /// <summary>The settings that name files.</summary>
    public static IReadOnlyList<string> FileKeys { get; } = ["file", .. Splits.Select(s => s.Key)];

    public IReadOnlyList<QuestionFile> Files { get; }

    public bool SkipBadRows { get; }

    /// <summary>Column names given by the user, by setting; null where the user gave none.</summary>
    public IReadOnlyDictionary<string, string?> Columns { get; }

    /// <exception cref="UserErrorException">A setting is unknown or wrong, or no file is given.</exception>
    public static QuestionFileSettings Read(string task, QuestionSpec spec, IReadOnlyList<ColumnSetting> columns)
    {
        if (spec.Level.Length is 0 or > 40 || !spec.Level.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.'))
        {
            throw new UserErrorException(
                $"task {task}: level '{spec.Level}' is not a valid name for a set of questions; "
                    + "expected letters, digits, '-', '_' and '.', such as 'gsm8k'"
            );
        }

        var reader = new TaskSettings(task, spec.Settings);
        var shared = reader.Text("file");
        var files = new List<QuestionFile>();
        var left = new List<Split>();
        foreach (var (split, key, _, _) in Splits)
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
                $"task {task}: its questions come from your own file; expected the setting 'file', "
                    + $"or one of {string.Join(", ", FileKeys.Skip(1))}"
            );
    }

    /// <summary>The setting that names the file of a split.</summary>
    internal static string KeyOf(Split split) => Splits.First(s => s.Split == split).Key;

    /// <summary>A split as the user knows it.</summary>
    internal static string NameOf(Split split) => Splits.First(s => s.Split == split).Name;

    /// <summary>How a file's questions are divided: "test 1/6, validation 1/12, traces 3/8, GRPO 3/8".</summary>
    internal static string SharesOf(IReadOnlyList<Split> splits)
    {
        var parts = Splits.Where(s => splits.Contains(s.Split)).ToList();
        var all = (uint)parts.Sum(p => p.Share);
        return string.Join(
            ", ",
            parts.Select(p =>
                (uint)BigInteger.GreatestCommonDivisor(p.Share, all) is var common && common == all
                    ? $"{p.Name} all"
                    : $"{p.Name} {p.Share / common}/{all / common}"
            )
        );
    }

    /// <summary>Chooses a question's split among those of its file.</summary>
    internal static Split SplitOf(QuestionIdentity identity, IReadOnlyList<Split> among)
    {
        var parts = Splits.Where(s => among.Contains(s.Split)).ToList();
        var at = identity.Hash % (ulong)parts.Sum(p => p.Share);
        foreach (var (split, _, share, _) in parts)
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
