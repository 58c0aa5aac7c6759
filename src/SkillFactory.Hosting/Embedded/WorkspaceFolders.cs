namespace SkillFactory.Hosting.Embedded;

/// <summary>Folders of a workspace.</summary>
public static class WorkspaceFolders
{
    /// <summary>Content-addressed artifacts and stage manifests.</summary>
    public static string Artifacts(string workspace) => Path.Combine(workspace, "store", "artifacts");

    /// <summary>Grain state: the files of the embedded store.</summary>
    public static string State(string workspace) => Path.Combine(workspace, "store", "state");

    /// <summary>One log file per process.</summary>
    public static string Logs(string workspace) => Path.Combine(workspace, "logs");
}
