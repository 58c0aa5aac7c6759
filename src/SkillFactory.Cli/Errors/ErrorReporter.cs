using SkillFactory.Contracts.State;
using SkillFactory.Primitives.Errors;
using SkillFactory.Storage.Artifacts;

namespace SkillFactory.Cli.Errors;

/// <summary>Turns an exception into what a person reads and the exit code.</summary>
internal static class ErrorReporter
{
    private static readonly string StateFormat = $"{typeof(StateFormatException).FullName}: ";
    private static readonly string[] StackOrLine = ["   at ", "\n"];

    /// <summary>Prints one "error: …" line (and, when <paramref name="verbose"/>, the stack) and returns the exit code.</summary>
    /// <param name="logFolder">Where the log is, if there is one.</param>
    public static int Report(Exception exception, TextWriter error, bool verbose, string? logFolder)
    {
        if (UserMessage(exception) is { } message)
        {
            error.WriteLine($"error: {message}");
            WriteStack(exception, error, verbose);
            return ExitCodes.UserError;
        }

        var root = Innermost(exception);
        error.WriteLine($"error: unexpected: {OneLine(root.Message)} ({root.GetType().Name})");
        if (logFolder is not null && Directory.Exists(logFolder))
        {
            error.WriteLine($"The log is in {logFolder}");
        }

        if (!verbose)
        {
            error.WriteLine("Run again with --verbose for the stack.");
        }

        WriteStack(exception, error, verbose);
        return ExitCodes.Failed;
    }

    /// <summary>The message for a person when the cause is theirs to mend; null when it is not.</summary>
    internal static string? UserMessage(Exception exception)
    {
        foreach (var candidate in Chain(exception))
        {
            switch (candidate)
            {
                case UserErrorException user:
                    return user.Message;

                // A grain's exception that could not be rebuilt here still carries its type's name.
                case Orleans.Serialization.UnavailableExceptionFallbackException fallback
                    when fallback.ExceptionType?.Contains(nameof(UserErrorException), StringComparison.Ordinal) == true:
                    return fallback.Message;
                // Orleans' storage keeps only the text of what went wrong below it.
                case { Message: var text } when text.IndexOf(StateFormat, StringComparison.Ordinal) is >= 0 and var at:
                    return $"the experiments' state is damaged: {text[(at + StateFormat.Length)..].Split(StackOrLine, 2, StringSplitOptions.TrimEntries)[0]} Move the workspace's folder store/state away and run again without --resume: "
                        + "finished stages lie in the artifact store and are found there";
                case IOException io when DiskFull.Is(io):
                    return $"the disk is full: {OneLine(io.Message)}; free some space and run again with --resume, nothing finished is lost";
                case UnauthorizedAccessException denied:
                    return OneLine(denied.Message);
            }
        }

        return null;
    }

    private static IEnumerable<Exception> Chain(Exception exception)
    {
        yield return exception;
        IEnumerable<Exception> inner =
            exception is AggregateException aggregate ? aggregate.InnerExceptions
            : exception.InnerException is { } one ? [one]
            : [];
        foreach (var candidate in inner.SelectMany(Chain))
        {
            yield return candidate;
        }
    }

    private static Exception Innermost(Exception exception) => Chain(exception).Last();

    private static void WriteStack(Exception exception, TextWriter error, bool verbose)
    {
        if (verbose)
        {
            error.WriteLine(exception);
        }
    }

    private static string OneLine(string text) => text.ReplaceLineEndings(" ").Trim();
}
