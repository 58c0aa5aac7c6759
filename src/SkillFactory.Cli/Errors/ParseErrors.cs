using System.CommandLine;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Cli.Errors;

/// <summary>Describes the error in a command line in one sentence.</summary>
internal static class ParseErrors
{
    /// <summary>Names the first unknown word and the nearest known one. Without an unknown word, returns the parser's first message.
    /// </summary>
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
            : $"'{word}' is an unexpected argument of '{string.Join(' ', PathOf(command))}'";
    }

    /// <summary>The words of a command without the program's name.</summary>
    public static IReadOnlyList<string> PathOf(Command command) =>
        command is RootCommand ? [] : [.. command.Parents.OfType<Command>().Take(1).SelectMany(PathOf), command.Name];

    private static IEnumerable<Option> Options(Command command) =>
        command.Options.Concat(command.Parents.OfType<Command>().SelectMany(p => p.Options.Where(o => o.Recursive)));
}
