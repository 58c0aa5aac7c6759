using System.CommandLine;

namespace SkillFactory.Cli;

/// <summary>Options that several commands share.</summary>
internal sealed class SharedOptions
{
    public const string DefaultWorkspace = "./runs";

    public Option<string> Workspace { get; } =
        new("--workspace", "-w")
        {
            Description = "Workspace: the folder of the artifacts, the state and the run folders.",
            HelpName = "DIR",
            DefaultValueFactory = _ => DefaultWorkspace,
        };

    public Option<bool> Verbose { get; } =
        new("--verbose") { Description = "Print the stack trace of an unexpected error.", Recursive = true };
}
