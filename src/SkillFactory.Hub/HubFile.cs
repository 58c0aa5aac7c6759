namespace SkillFactory.Hub;

/// <summary>One file of a repository.</summary>
/// <param name="Path">Relative to the repository, with forward slashes.</param>
/// <param name="Size">In bytes.</param>
/// <param name="Sha256">Hex SHA-256 of the content; null for a file that git itself stores.</param>
/// <param name="GitHash">Hex git hash of the content, SHA-1 of "blob SIZE\0" and the content; null for a large file.</param>
public sealed record HubFile(string Path, long Size, string? Sha256, string? GitHash)
{
    /// <summary>The hash that names the content.</summary>
    internal string Hash => Sha256 ?? GitHash!;
}
