using System.CommandLine;
using SkillFactory.Cli.Terminal;

namespace SkillFactory.Cli.Diagnosis;

/// <summary><c>doctor</c>: checks what a run needs on this machine and gives advice on what is missing.</summary>
internal sealed class DoctorCommand(CliContext context)
{
    public static Command Create(CliContext context, SharedOptions shared)
    {
        var command = new Command("doctor", "Checks this machine: libtorch, speed, GPU, services, disk and memory. Takes a few seconds.")
        {
            shared.Workspace,
            shared.Json,
        };
        command.SetAction(
            (parsed, cancellationToken) =>
                new DoctorCommand(context).RunAsync(
                    parsed.GetRequiredValue(shared.Workspace),
                    parsed.GetValue(shared.Json),
                    cancellationToken
                )
        );
        return command;
    }

    internal async Task<int> RunAsync(string workspace, bool json, CancellationToken cancellationToken)
    {
        List<CheckResult> results = [];
        await foreach (var result in DoctorChecks.RunAsync(workspace, context.Variable, cancellationToken))
        {
            results.Add(result);
            if (!json)
            {
                WriteLine(result);
            }
        }

        var healthy = IsHealthy(results);
        if (json)
        {
            var checks = results.Select(r => new
            {
                r.Name,
                Status = r.Status.ToString().ToLowerInvariant(),
                r.Detail,
                r.Advice,
                r.Required,
                r.Values,
            });
            JsonOutput.Write(context.Out, new { healthy, checks });
        }
        else
        {
            context.Out.WriteLine(
                healthy ? "This machine can run recipes." : "This machine cannot run recipes: see the lines marked 'missing' above."
            );
        }

        return healthy ? ExitCodes.Ok : ExitCodes.Failed;
    }

    /// <summary>True when nothing is missing that a run requires.</summary>
    internal static bool IsHealthy(IEnumerable<CheckResult> results) =>
        !results.Any(r => r is { Required: true, Status: CheckStatus.Missing });

    private void WriteLine(CheckResult result)
    {
        var (mark, colour) = result.Status switch
        {
            CheckStatus.Ok => ("ok     ", "\e[32m"),
            CheckStatus.Warn => ("warn   ", "\e[33m"),
            _ when result.Required => ("missing", "\e[31m"),
            _ => ("missing", "\e[2m"),
        };
        context.Out.WriteLine($"{(context.Terminal.Colour ? $"{colour}{mark}\e[0m" : mark)}  {result.Name, -16}  {result.Detail}");
        if (result.Advice.Length > 0)
        {
            context.Out.WriteLine($"{"", 27}{result.Advice}");
        }
    }
}
