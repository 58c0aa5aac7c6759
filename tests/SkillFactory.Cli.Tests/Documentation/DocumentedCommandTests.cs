using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.RegularExpressions;
using SkillFactory.Cli.Errors;

namespace SkillFactory.Cli.Tests.Documentation;

/// <summary>Every command that a page shows can be given as it is written.</summary>
public sealed partial class DocumentedCommandTests
{
    [Fact]
    public void Every_command_in_every_page_is_one_of_the_program()
    {
        using var cli = new TestCli();
        var commands = Pages().SelectMany(page => CommandsIn(File.ReadAllText(page)).Select(c => (Page: page, Command: c))).ToList();
        Assert.InRange(commands.Count, 12, int.MaxValue);
        Assert.Empty(
            commands
                .Select(c => (c.Page, c.Command, Problem: ProblemOf(c.Command, cli)))
                .Where(c => c.Problem is not null)
                .Select(c => $"{Path.GetRelativePath(Repository.Root, c.Page)}: {c.Command}: {c.Problem}")
        );
    }

    private static string? ProblemOf(string command, TestCli cli)
    {
        string[] words = [.. CommandLineParser.SplitCommandLine(command.Replace('\'', '"'))];
        return ParseErrors.Find(CliApp.Build(cli.Context(), new SharedOptions()).Parse(words), words);
    }

    private static IEnumerable<string> Pages() =>
        Directory.EnumerateFiles(Repository.PathOf("docs"), "*.md", SearchOption.AllDirectories).Append(Repository.PathOf("README.md"));

    /// <summary>The words after the program's name in lines of code, where "&amp;&amp;" joins commands and a backslash joins lines.
    /// </summary>
    private static IEnumerable<string> CommandsIn(string page) =>
        CodeLinePattern()
            .Matches(page.Replace("\\\n", " ", StringComparison.Ordinal))
            .SelectMany(m => m.Value.Split("&&"))
            .Select(line => ProgramPattern().Match(line.Trim()))
            .Where(m => m.Success)
            .Select(m => m.Groups["words"].Value);

    [GeneratedRegex("^ {4}.+$", RegexOptions.Multiline)]
    private static partial Regex CodeLinePattern();

    [GeneratedRegex(@"^(?:\S+=\S+ )*(?:\S*skillfactory|dotnet run -c Release --project src/SkillFactory\.Cli --) (?<words>[a-z].*)$")]
    private static partial Regex ProgramPattern();
}
