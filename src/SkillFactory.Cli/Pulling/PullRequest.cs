namespace SkillFactory.Cli.Pulling;

/// <summary>The options of <c>pull</c>.</summary>
internal sealed record PullRequest(
    string Repository,
    string? Output,
    IReadOnlyList<string> Include,
    IReadOnlyList<string> Exclude,
    bool DryRun,
    bool Json
);
