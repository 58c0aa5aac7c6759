using System.CommandLine;
using SkillFactory.Cli.Inputs;
using SkillFactory.Cli.Progress;
using SkillFactory.Cli.Terminal;
using SkillFactory.Hub;

namespace SkillFactory.Cli.Pulling;

/// <summary><c>pull REPOSITORY</c>: downloads a checkpoint or a data set from the Hugging Face hub.</summary>
internal sealed class PullCommand(CliContext context)
{
    public static Command Create(CliContext context, SharedOptions shared)
    {
        var repository = new Argument<string>("REPOSITORY")
        {
            Description = "ORG/NAME or ORG/NAME@REVISION (branch, tag or commit); datasets/ORG/NAME for a data set.",
        };
        var output = new Option<string?>("--output", "-o")
        {
            Description = "Target folder. Default: models/NAME or data/NAME.",
            HelpName = "DIR",
        }.ForFolder();
        var include = new Option<string[]>("--include")
        {
            Description = "Download the files that match this pattern instead of the usual ones (repeatable).",
            HelpName = "GLOB",
        };
        var exclude = new Option<string[]>("--exclude") { Description = "Leave out the files that match (repeatable).", HelpName = "GLOB" };
        var dryRun = new Option<bool>("--dry-run") { Description = "Print the files and their sizes; download nothing." };
        var command = new Command("pull", "Downloads a checkpoint or a data set from the Hugging Face hub.")
        {
            repository,
            output,
            include,
            exclude,
            dryRun,
            shared.Json,
        };
        command.SetAction(
            (parsed, cancellationToken) =>
                new PullCommand(context).RunAsync(
                    new PullRequest(
                        parsed.GetRequiredValue(repository),
                        parsed.GetValue(output),
                        parsed.GetValue(include) ?? [],
                        parsed.GetValue(exclude) ?? [],
                        parsed.GetValue(dryRun),
                        parsed.GetValue(shared.Json)
                    ),
                    cancellationToken
                )
        );
        return command;
    }

    private async Task<int> RunAsync(PullRequest request, CancellationToken cancellationToken)
    {
        var repository = HubRepository.Parse(request.Repository);
        var folder = request.Output ?? Path.Combine(repository.Kind == HubKind.Model ? "models" : "data", repository.ShortName);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, context.Signals.Requested);
        try
        {
            using var client = new HubClient(HubAddress.FromEnvironment(context.Variable));
            var commit = await client.ResolveAsync(repository, stop.Token);
            var all = await client.ListAsync(repository, commit, stop.Token);
            var files = FileSelection.Select(repository, all, request.Include, request.Exclude);
            var facts = new PullFacts(repository.PagePath, repository.Revision, commit, folder, files);
            if (request.DryRun)
            {
                PrintPlan(facts, request.Json);
                return ExitCodes.Ok;
            }

            using var progress = new TransferProgress(context);
            var done = await new HubDownload(client, repository, commit, folder, progress).RunAsync(files, stop.Token);
            progress.Clear();
            PrintResult(facts, done, request.Json);
            return ExitCodes.Ok;
        }
        catch (OperationCanceledException) when (context.Signals.Requested.IsCancellationRequested)
        {
            List<string> words = ["pull", request.Repository];
            words.AddRange(request.Output is { } output ? ["--output", output] : []);
            words.AddRange(request.Include.SelectMany(p => new[] { "--include", p }));
            words.AddRange(request.Exclude.SelectMany(p => new[] { "--exclude", p }));
            context.Error.WriteLine($"Stopped. To go on from here: {ShellCommand.Join(context.CommandPrefix, words)}");
            return ExitCodes.Interrupted;
        }
    }

    private void PrintPlan(PullFacts facts, bool json)
    {
        if (json)
        {
            JsonOutput.Write(context.Out, facts);
            return;
        }

        var width = facts.Files.Max(f => f.Path.Length);
        foreach (var file in facts.Files)
        {
            context.Out.WriteLine($"{file.Path.PadRight(width)}  {DisplayFormat.Bytes(file.Size)}");
        }

        context.Out.WriteLine($"{facts.Files.Count} files, {DisplayFormat.Bytes(facts.Files.Sum(f => f.Size))}, to {facts.Folder}");
    }

    private void PrintResult(PullFacts facts, PullProgress done, bool json)
    {
        if (json)
        {
            JsonOutput.Write(context.Out, facts);
            return;
        }

        context.Out.WriteLine(
            $"{done.Files} files of {facts.Repository} (commit {facts.Commit[..Math.Min(12, facts.Commit.Length)]}) are in {facts.Folder}; "
                + $"{DisplayFormat.Bytes(done.TransferredBytes)} came over the network"
        );
    }
}
