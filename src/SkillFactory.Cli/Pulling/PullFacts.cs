using SkillFactory.Hub;

namespace SkillFactory.Cli.Pulling;

/// <summary>What <c>pull --json</c> prints.</summary>
/// <param name="Repository">As on the hub: "ORG/NAME" or "datasets/ORG/NAME".</param>
/// <param name="Revision">As it was asked for.</param>
/// <param name="Commit">The commit that the revision names.</param>
/// <param name="Folder">Target folder.</param>
/// <param name="Files">The selected files.</param>
internal sealed record PullFacts(string Repository, string Revision, string Commit, string Folder, IReadOnlyList<HubFile> Files);
