using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.RegularExpressions;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Cli.Errors;

/// <summary>Finds the error in a command line and describes it in one sentence.</summary>
internal static partial class ParseErrors
{
    /// <summary>The first error; null if the command can run. The parser takes a misspelt option for a value wherever it expects one, so
    /// those are looked for first.</summary>
    /// <param name="args">The command line as it was given.</param>
    public static string? Find(ParseResult parsed, IReadOnlyList<string> args) =>
        // The action of --help and --version is not that of the command.
        parsed.Errors.Count == 0
        && parsed.Action != parsed.CommandResult.Command.Action
            ? null
            : MisspeltCommand(parsed)
                ?? MisspeltOption(parsed, args)
                ?? EmptyValue(parsed)
                ?? (parsed.Errors.Count > 0 ? Describe(parsed) : null);

    /// <summary>A word in the place of a command that is none. What follows it is an option of the command that was meant.</summary>
    private static string? MisspeltCommand(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        return command.Subcommands.Count > 0 && parsed.UnmatchedTokens is [var word, ..] && !OptionPattern().IsMatch(word)
            ? $"'{word}' is not a command{Of(command)}{NearestName.Hint(word, [.. command.Subcommands.Select(c => c.Name)])}"
            : null;
    }

    /// <summary>A word that looks like an option, stands on its own and is none. After "--", and joined to an option by "=", words may look
    /// like options.</summary>
    private static string? MisspeltOption(ParseResult parsed, IReadOnlyList<string> args)
    {
        var word = parsed
            .Tokens.TakeWhile(t => t.Type != TokenType.DoubleDash)
            .Where(t => t.Type == TokenType.Argument && OptionPattern().IsMatch(t.Value) && args.Contains(t.Value))
            .Select(t => OptionPattern().Match(t.Value).Groups["name"].Value)
            .FirstOrDefault();
        var command = parsed.CommandResult.Command;
        var known = Options(command).SelectMany(o => o.Aliases.Append(o.Name)).Where(n => n.StartsWith("--", StringComparison.Ordinal));
        return word is null ? null : $"'{word}' is not an option{Of(command)}{NearestName.Hint(word, [.. known.Distinct()])}";
    }

    /// <summary>An empty value, which only options that are empty by default may have.</summary>
    private static string? EmptyValue(ParseResult parsed)
    {
        foreach (var result in parsed.CommandResult.Children)
        {
            var (name, expected, tokens, mayBeEmpty) = result switch
            {
                OptionResult { Implicit: false } o => (
                    o.Option.Name,
                    o.Option.HelpName,
                    o.Tokens,
                    o.Option.HasDefaultValue && o.Option.GetDefaultValue() is ""
                ),
                ArgumentResult a => (a.Argument.Name, null, a.Tokens, false),
                _ => ("", null, [], true),
            };
            if (!mayBeEmpty && tokens.Any(t => string.IsNullOrWhiteSpace(t.Value)))
            {
                return $"{name} is empty; expected {(expected is "DIR" ? "a folder" : expected is "FILE" ? "a file" : "a value")}";
            }
        }

        return null;
    }

    private static string Describe(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        if (parsed.UnmatchedTokens.Count == 0)
        {
            var message = parsed.Errors[0].Message.ReplaceLineEndings(" ").Replace("\t", " ", StringComparison.Ordinal).Trim();
            return command.Subcommands.Count > 0 && command.Action is null
                ? $"a command is missing; known: {string.Join(", ", command.Subcommands.Select(c => c.Name))}"
                : TooFew(parsed) ?? message;
        }

        return $"'{parsed.UnmatchedTokens[0]}' is an unexpected argument of '{string.Join(' ', PathOf(command))}'";
    }

    /// <summary>An argument that takes several values and got fewer than it needs.</summary>
    private static string? TooFew(ParseResult parsed) =>
        parsed
            .CommandResult.Children.OfType<ArgumentResult>()
            .Where(a => a.Tokens.Count > 0 && a.Tokens.Count < a.Argument.Arity.MinimumNumberOfValues)
            .Select(a => $"{a.Argument.Name}: found {a.Tokens.Count}; expected at least {a.Argument.Arity.MinimumNumberOfValues}")
            .FirstOrDefault();

    private static string Of(Command command) => command is RootCommand ? "" : $" of '{string.Join(' ', PathOf(command))}'";

    /// <summary>The words of a command without the program's name.</summary>
    public static IReadOnlyList<string> PathOf(Command command) =>
        command is RootCommand ? [] : [.. command.Parents.OfType<Command>().Take(1).SelectMany(PathOf), command.Name];

    private static IEnumerable<Option> Options(Command command) =>
        command.Options.Concat(command.Parents.OfType<Command>().SelectMany(p => p.Options.Where(o => o.Recursive)));

    [GeneratedRegex(@"^(?<name>--?[A-Za-z][\w-]*)(?:[=:].*)?$")]
    private static partial Regex OptionPattern();
}
