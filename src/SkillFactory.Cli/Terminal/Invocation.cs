namespace SkillFactory.Cli.Terminal;

/// <summary>The commands people are told to type.</summary>
internal static class Invocation
{
    private const string ProjectFolder = "src/SkillFactory.Cli";

    /// <summary>How this program is called from <paramref name="folder"/>: through <c>dotnet run</c> in a clone, by its name elsewhere.</summary>
    public static string From(string folder) =>
        File.Exists(Path.Combine(folder, ProjectFolder, "SkillFactory.Cli.csproj"))
            ? $"dotnet run -c Release --project {ProjectFolder} --"
            : "skillfactory";

    /// <summary>A command line that a shell reads back as these words.</summary>
    public static string Join(string program, params IEnumerable<string> words) => string.Join(' ', words.Select(Quote).Prepend(program));

    private static string Quote(string word) =>
        word.Length > 0 && word.All(c => char.IsAsciiLetterOrDigit(c) || "-_./=:,+@%".Contains(c, StringComparison.Ordinal))
            ? word
            : $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
