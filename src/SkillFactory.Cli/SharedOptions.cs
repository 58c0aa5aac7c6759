using System.CommandLine;
using SkillFactory.Cli.Inputs;

namespace SkillFactory.Cli;

/// <summary>Options that several commands share.</summary>
internal sealed class SharedOptions
{
    public const string DefaultWorkspace = "./runs";

    public Option<string> Workspace { get; } =
        new Option<string>("--workspace", "-w")
        {
            Description = "Workspace: the folder of the artifacts, the state and the run folders.",
            HelpName = "DIR",
            DefaultValueFactory = _ => DefaultWorkspace,
        }.ForFolder();

    public Option<bool> Json { get; } =
        new("--json") { Description = "Print JSON instead of text. docs/reference/json-output.md lists its fields." };

    public Option<bool> Verbose { get; } =
        new("--verbose") { Description = "Print the stack trace of an unexpected error.", Recursive = true };
}
