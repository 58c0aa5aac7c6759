using SkillFactory.Cli.Terminal;

namespace SkillFactory.Cli.Running;

/// <summary>The words of one <c>run</c> or <c>evaluate</c> command.</summary>
internal sealed record RunSettings
{
    public required string Recipe { get; init; }

    /// <summary>The model that is only evaluated; null: the recipe is run.</summary>
    public string? Model { get; init; }

    public bool Resume { get; init; }

    public bool Fresh { get; init; }

    public required string Workspace { get; init; }

    public string? Output { get; init; }

    public bool DryRun { get; init; }

    public string? Device { get; init; }

    public IReadOnlyList<string> Set { get; init; } = [];

    public bool Plain { get; init; }

    public bool Verbose { get; init; }

    /// <summary>Overrides in the order in which they apply: the device is one of them.</summary>
    public IReadOnlyList<string> Overrides => Device is null ? Set : [.. Set, $"device={Device}"];

    /// <summary>The same command again with another way to begin: "--resume", "--fresh".</summary>
    public string CommandLine(string invocation, string mode)
    {
        List<string> words = Model is null ? ["run", Recipe, mode] : ["evaluate", Model, "--recipe", Recipe, mode];
        if (Workspace != SharedOptions.DefaultWorkspace)
        {
            words.AddRange(["--workspace", Workspace]);
        }

        if (Output is not null)
        {
            words.AddRange(["--output", Output]);
        }

        if (Device is not null)
        {
            words.AddRange(["--device", Device]);
        }

        words.AddRange(Set.SelectMany(s => (string[])["--set", s]));
        return Invocation.Join(invocation, words);
    }
}
