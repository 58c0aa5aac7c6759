using SkillFactory.Contracts.State;
using SkillFactory.Primitives.Errors;
using SkillFactory.Storage.Artifacts;

namespace SkillFactory.Cli.Errors;

/// <summary>Prints errors for the user and chooses the exit code.</summary>
internal static class ErrorReporter
{
    /// <summary>Prints one "error: …" line and, if <paramref name="verbose"/>, the stack trace. Returns the exit code.</summary>
    /// <param name="logFolder">Folder of the log; null when there is none.</param>
    public static int Report(Exception exception, TextWriter error, bool verbose, string? logFolder)
    {
        var code = UserMessage(exception) is { } message
            ? ReportUserError(message, error)
            : ReportUnexpected(ExceptionChain.Of(exception).Last(), error, verbose, logFolder);
        if (verbose)
        {
            error.WriteLine(exception);
        }

        return code;
    }

    /// <summary>Prints the "error: …" and, if <paramref name="verbose"/>, the origin and the cause of a failure. Returns the exit
    /// code.</summary>
    public static int Report(Failure failure, TextWriter error, bool verbose)
    {
        error.WriteLine($"error: {(failure.IsUserError ? failure.Message : OneLine(failure.Message))}");
        if (verbose)
        {
            error.WriteLine($"  at {failure.Origin ?? "an unknown place"}");
            foreach (var cause in failure.Cause.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            {
                error.WriteLine($"  {cause}");
            }
        }

        return failure.IsUserError ? ExitCodes.UserError : ExitCodes.Failed;
    }

    private static int ReportUserError(string message, TextWriter error)
    {
        error.WriteLine($"error: {message}");
        return ExitCodes.UserError;
    }

    private static int ReportUnexpected(Exception root, TextWriter error, bool verbose, string? logFolder)
    {
        error.WriteLine($"error: unexpected: {OneLine(root.Message)} ({root.GetType().Name})");
        if (logFolder is not null && Directory.Exists(logFolder))
        {
            error.WriteLine($"The log is in {logFolder}");
        }

        if (!verbose)
        {
            error.WriteLine("Run again with --verbose for the stack trace.");
        }

        return ExitCodes.Failed;
    }

    /// <summary>The message when the user can fix the cause; null otherwise.</summary>
    private static string? UserMessage(Exception exception) =>
        ExceptionChain
            .Of(exception)
            .Select(cause =>
                cause switch
                {
                    UserErrorException user => user.Message,
                    StateFormatException state => $"the experiments' state is damaged: {OneLine(state.Message)} Move the workspace's "
                        + "folder store/state away and run again without --resume: finished stages are found in the artifact store",
                    IOException io when DiskFull.Is(io) => $"the disk is full: {OneLine(io.Message)}; free some space and run again with "
                        + "--resume, nothing finished is lost",
                    UnauthorizedAccessException denied => OneLine(denied.Message),
                    _ => null,
                }
            )
            .FirstOrDefault(message => message is not null);

    private static string OneLine(string text) => text.ReplaceLineEndings(" ").Trim();
}
