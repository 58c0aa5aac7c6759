using SkillFactory.Cli.Terminal;

namespace SkillFactory.Cli.Running;

/// <summary>The arguments of one <c>run</c> or <c>evaluate</c> command.</summary>
internal sealed record RunSettings
{
    public required string Recipe { get; init; }

    /// <summary>The model to evaluate; null: run the recipe.</summary>
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

    /// <summary>All overrides in the order in which they apply, including the device.</summary>
    public IReadOnlyList<string> Overrides => Device is null ? Set : [.. Set, $"device={Device}"];

    /// <summary>The same command with <paramref name="mode"/>, "--resume" or "--fresh"; null for neither.</summary>
    public string CommandLine(string prefix, string? mode)
    {
        List<string> words = Model is null ? ["run", Recipe] : ["evaluate", Model, "--recipe", Recipe];
        if (mode is not null)
        {
            words.Add(mode);
        }

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
        return ShellCommand.Join(prefix, words);
    }
}
