using System.CommandLine;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Cli.Errors;

/// <summary>Says in one sentence what is wrong with a command line.</summary>
internal static class ParseErrors
{
    /// <summary>The first word that nothing takes, with the nearest one that something does; otherwise the parser's first message.</summary>
    public static string Describe(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        if (parsed.UnmatchedTokens.Count == 0)
        {
            var message = parsed.Errors[0].Message.ReplaceLineEndings(" ").Replace("\t", " ", StringComparison.Ordinal).Trim();
            return command.Subcommands.Count > 0 && command.Action is null
                ? $"a command is missing; known: {string.Join(", ", command.Subcommands.Select(c => c.Name))}"
                : message;
        }

        var word = parsed.UnmatchedTokens[0];
        var isOption = word.StartsWith('-');
        string[] known = isOption
            ? [.. Options(command).SelectMany(o => o.Aliases.Append(o.Name)).Where(n => n.StartsWith("--", StringComparison.Ordinal))]
            : [.. command.Subcommands.Select(c => c.Name)];
        var where = command is RootCommand ? "" : $" of '{string.Join(' ', PathOf(command))}'";
        return known.Length > 0
            ? $"'{word}' is not {(isOption ? "an option" : "a command")}{where}{NearestName.Hint(word, known)}"
            : $"'{word}' is one word too many for '{string.Join(' ', PathOf(command))}'";
    }

    /// <summary>The words that name a command, the program's own left out.</summary>
    public static IReadOnlyList<string> PathOf(Command command) =>
        command is RootCommand ? [] : [.. command.Parents.OfType<Command>().Take(1).SelectMany(PathOf), command.Name];

    private static IEnumerable<Option> Options(Command command) =>
        command.Options.Concat(command.Parents.OfType<Command>().SelectMany(p => p.Options.Where(o => o.Recursive)));
}
