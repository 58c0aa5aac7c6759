namespace SkillFactory.Cli.Terminal;

/// <summary>Shell commands that messages suggest to the user.</summary>
internal static class ShellCommand
{
    private const string ProjectFolder = "src/SkillFactory.Cli";

    /// <summary>The words that start this program from <paramref name="folder"/>: <c>dotnet run …</c> in a clone of the repository, the
    /// program's name elsewhere.</summary>
    public static string Prefix(string folder) =>
        File.Exists(Path.Combine(folder, ProjectFolder, "SkillFactory.Cli.csproj"))
            ? $"dotnet run -c Release --project {ProjectFolder} --"
            : "skillfactory";

    /// <summary>Joins the words with spaces and quotes those that a POSIX shell would split or expand.</summary>
    public static string Join(string prefix, params IEnumerable<string> words) => string.Join(' ', words.Select(Quote).Prepend(prefix));

    private static string Quote(string word) =>
        word.Length > 0 && word.All(c => char.IsAsciiLetterOrDigit(c) || "-_./=:,+@%".Contains(c, StringComparison.Ordinal))
            ? word
            : $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
