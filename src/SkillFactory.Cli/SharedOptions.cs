using System.CommandLine;

namespace SkillFactory.Cli;

/// <summary>Options that mean the same wherever they occur.</summary>
internal sealed class SharedOptions
{
    public const string DefaultWorkspace = "./runs";

    public Option<string> Workspace { get; } =
        new("--workspace", "-w")
        {
            Description = "Folder of the store, the artifacts and the run folders.",
            HelpName = "DIR",
            DefaultValueFactory = _ => DefaultWorkspace,
        };

    public Option<bool> Verbose { get; } = new("--verbose") { Description = "Print the stack of an unexpected error.", Recursive = true };
}
