using System.CommandLine;
using System.Text.Json;
using SkillFactory.Core;

namespace SkillFactory.Cli.Diagnosis;

/// <summary><c>doctor</c>: what works on this machine, and what to do about what does not.</summary>
internal sealed class DoctorCommand(CliContext context)
{
    public static Command Create(CliContext context, SharedOptions shared)
    {
        var json = new Option<bool>("--json")
        {
            Description = "Print JSON: { healthy, checks: [ { name, status, detail, advice, required, values } ] }.",
        };
        var command = new Command(
            "doctor",
            "Checks this machine: native library, speed, GPU, services, disk and memory. Takes a few seconds."
        )
        {
            shared.Workspace,
            json,
        };
        command.SetAction(
            (parsed, cancellationToken) =>
                new DoctorCommand(context).RunAsync(parsed.GetRequiredValue(shared.Workspace), parsed.GetValue(json), cancellationToken)
        );
        return command;
    }

    internal async Task<int> RunAsync(string workspace, bool json, CancellationToken cancellationToken)
    {
        List<Finding> findings = [];
        await foreach (var finding in Examination.RunAsync(workspace, context.Variable, cancellationToken))
        {
            findings.Add(finding);
            if (!json)
            {
                WriteLine(finding);
            }
        }

        var healthy = IsHealthy(findings);
        if (json)
        {
            var checks = findings.Select(f => new
            {
                f.Name,
                Status = f.Status.ToString().ToLowerInvariant(),
                f.Detail,
                f.Advice,
                f.Required,
                f.Values,
            });
            context.Out.WriteLine(JsonSerializer.Serialize(new { healthy, checks }, CoreJson.Indented));
        }
        else
        {
            context.Out.WriteLine(
                healthy ? "Runs are possible here." : "Runs are not possible here: see the lines marked 'missing' above."
            );
        }

        return healthy ? ExitCodes.Ok : ExitCodes.Failed;
    }

    /// <summary>Nothing that a run requires is missing.</summary>
    internal static bool IsHealthy(IEnumerable<Finding> findings) =>
        !findings.Any(f => f is { Required: true, Status: FindingStatus.Missing });

    private void WriteLine(Finding finding)
    {
        var (mark, colour) = finding.Status switch
        {
            FindingStatus.Ok => ("ok     ", "\e[32m"),
            FindingStatus.Warn => ("warn   ", "\e[33m"),
            _ when finding.Required => ("missing", "\e[31m"),
            _ => ("missing", "\e[2m"),
        };
        context.Out.WriteLine($"{(context.Terminal.Colour ? $"{colour}{mark}\e[0m" : mark)}  {finding.Name, -16}  {finding.Detail}");
        if (finding.Advice.Length > 0)
        {
            context.Out.WriteLine($"{"", 27}{finding.Advice}");
        }
    }
}
