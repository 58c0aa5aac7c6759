using System.CommandLine;
using System.Text;

namespace SkillFactory.Cli.Tests.Documentation;

/// <summary>docs/reference/cli.md lists every command as the program declares it. Run with UPDATE_GOLDEN=1 to write it again.</summary>
public sealed class CommandReferenceTests
{
    [Fact]
    public void The_reference_page_lists_every_command_argument_and_option()
    {
        using var cli = new TestCli();
        var page = Render(CliApp.Build(cli.Context(), new SharedOptions()));
        var path = Repository.PathOf("docs", "reference", "cli.md");
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1")
        {
            File.WriteAllText(path, page);
            return;
        }

        Assert.True(
            File.ReadAllText(path) == page,
            "docs/reference/cli.md differs from the program; run this test with UPDATE_GOLDEN=1 and read the difference"
        );
    }

    private static string Render(RootCommand root)
    {
        var page = new StringBuilder("# Command line\n\n");
        page.Append("Generated from the program; do not edit. From a checkout, `skillfactory` is\n");
        page.Append("`dotnet run -c Release --project src/SkillFactory.Cli --`. Exit codes: [run folder](run-folder.md#exit-codes).\n");
        page.Append("What `--json` prints: [JSON output](json-output.md).\n");
        Append(page, root, []);
        page.Append("\n## Options of every command\n");
        AppendOptions(page, root.Options);
        return page.ToString();
    }

    private static void Append(StringBuilder page, Command command, string[] path)
    {
        if (path.Length > 0)
        {
            page.Append($"\n## `{string.Join(' ', ["skillfactory", .. path, .. command.Arguments.Select(Usage)])}`\n\n");
            page.Append(command.Description).Append('\n');
            if (command.Arguments.Count > 0)
            {
                page.Append("\n| argument | meaning |\n|---|---|\n");
                foreach (var argument in command.Arguments)
                {
                    page.Append($"| `{NameOf(argument)}` | {Cell(argument.Description)} |\n");
                }
            }

            AppendOptions(page, command.Options);
        }

        foreach (var child in command.Subcommands.Where(c => !c.Hidden))
        {
            Append(page, child, [.. path, child.Name]);
        }
    }

    private static void AppendOptions(StringBuilder page, IEnumerable<Option> options)
    {
        var shown = options.Where(o => !o.Hidden).ToList();
        if (shown.Count == 0)
        {
            return;
        }

        page.Append("\n| option | meaning |\n|---|---|\n");
        foreach (var option in shown)
        {
            var names = string.Join(
                ", ",
                option.Aliases.Prepend(option.Name).Distinct().Order(StringComparer.Ordinal).Select(n => $"`{n}`")
            );
            var value = option.ValueType == typeof(bool) || option.HelpName is null ? "" : $" `{option.HelpName}`";
            page.Append($"| {names}{value}{(option.Required ? " (required)" : "")} | {Cell(option.Description)}{DefaultOf(option)} |\n");
        }
    }

    private static string DefaultOf(Option option) =>
        option.HasDefaultValue
        && option.ValueType != typeof(bool)
        && option.GetDefaultValue() is { } value and not System.Collections.ICollection
            ? $" Default: `{value}`."
            : "";

    private static string Usage(Argument argument) =>
        argument.Arity.MinimumNumberOfValues == 0
            ? $"[{NameOf(argument)}]"
            : NameOf(argument) + (argument.Arity.MaximumNumberOfValues > 1 ? "..." : "");

    private static string NameOf(Argument argument) => (argument.HelpName ?? argument.Name).Trim('<', '>').ToUpperInvariant();

    private static string Cell(string? text) => (text ?? "").ReplaceLineEndings(" ").Replace("|", "\\|", StringComparison.Ordinal);
}
