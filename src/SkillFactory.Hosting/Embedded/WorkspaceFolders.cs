namespace SkillFactory.Hosting.Embedded;

/// <summary>Where things are in a workspace.</summary>
public static class WorkspaceFolders
{
    /// <summary>Content-addressed artifacts and stage manifests.</summary>
    public static string Artifacts(string workspace) => Path.Combine(workspace, "store", "artifacts");

    /// <summary>Grain state: the embedded store's files.</summary>
    public static string State(string workspace) => Path.Combine(workspace, "store", "state");

    /// <summary>One log per run of a process.</summary>
    public static string Logs(string workspace) => Path.Combine(workspace, "logs");
}
