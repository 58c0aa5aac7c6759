namespace SkillFactory.Cli.Running;

/// <summary>The path of a run folder as an experiment keeps it: relative to the workspace for a folder inside it, so that a workspace can
/// be moved or copied, and absolute for any other.</summary>
internal static class RunFolderPath
{
    /// <param name="folder">Relative to the current folder, or absolute.</param>
    public static string Kept(string workspace, string folder)
    {
        var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        var inside = Path.GetRelativePath(Path.GetFullPath(workspace), full);
        return inside.Split(Path.DirectorySeparatorChar)[0] == ".." || Path.IsPathRooted(inside) ? full : inside;
    }

    /// <summary>The full path of a folder that <see cref="Kept"/> returned.</summary>
    public static string Full(string workspace, string kept) => Path.GetFullPath(Path.Combine(Path.GetFullPath(workspace), kept));
}
