using System.CommandLine;
using SkillFactory.Cli.Terminal;
using SkillFactory.Primitives.Errors;
using SkillFactory.Primitives.Files;

namespace SkillFactory.Cli.Samples;

/// <summary><c>init FOLDER</c>: writes the shipped recipes and the tiny base into a folder, so that an installed program has something to
/// run.</summary>
internal sealed class InitCommand(CliContext context)
{
    private const string Quickstart = "recipes/quickstart.yaml";

    /// <summary>Beside the program; filled by the build.</summary>
    private static string Source => Path.Combine(AppContext.BaseDirectory, "samples");

    public static Command Create(CliContext context)
    {
        var folder = new Argument<string>("FOLDER") { Description = "Folder to write to. It is created when it is missing." };
        var command = new Command("init", "Writes the shipped recipes and the tiny base model into a folder.") { folder };
        command.SetAction(
            (parsed, cancellationToken) => new InitCommand(context).RunAsync(parsed.GetRequiredValue(folder), cancellationToken)
        );
        return command;
    }

    private async Task<int> RunAsync(string folder, CancellationToken cancellationToken)
    {
        if (folder.Length == 0 || File.Exists(folder))
        {
            throw new UserErrorException(
                folder.Length == 0 ? "FOLDER is empty; expected the name of a folder" : $"{folder} is a file; expected a folder"
            );
        }

        List<string> files =
        [
            .. Directory.EnumerateFiles(Source, "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(Source, f)).Order(),
        ];
        List<string> changed = [.. files.Where(f => Differs(Path.Combine(Source, f), Path.Combine(folder, f)))];
        if (changed.Count > 0)
        {
            throw new UserErrorException(
                $"{Path.Combine(folder, changed[0])} exists with other content ({changed.Count} such files); nothing was written. "
                    + "Choose another folder, or move your own files away"
            );
        }

        foreach (var file in files)
        {
            var target = Path.Combine(folder, file);
            if (!File.Exists(target))
            {
                await using var from = File.OpenRead(Path.Combine(Source, file));
                await AtomicFile.WriteAsync(target, to => from.CopyToAsync(to, cancellationToken), cancellationToken);
            }
        }

        context.Out.WriteLine($"{files.Count} files are in {folder}. To run the quickstart:");
        context.Out.WriteLine($"  {ShellCommand.Join("cd", [folder])}");
        context.Out.WriteLine($"  skillfactory run {Quickstart}");
        return ExitCodes.Ok;
    }

    /// <summary>True if there is another file or a folder at the target.</summary>
    private static bool Differs(string source, string target) =>
        Directory.Exists(target) || (File.Exists(target) && !File.ReadAllBytes(source).AsSpan().SequenceEqual(File.ReadAllBytes(target)));
}
