using System.Text.Json;
using SkillFactory.Core;
using SkillFactory.Hosting.Attaching;
using SkillFactory.Primitives.Files;

namespace SkillFactory.Hosting.Embedded;

/// <summary>Describes the process that runs a workspace, in <c>process.json</c>, which only the user can read. Only valid while the
/// workspace is locked.</summary>
/// <param name="ProcessId">Operating-system process id.</param>
/// <param name="StartedAt">When it locked the workspace.</param>
/// <param name="ClusterId">Id of its Orleans cluster; new for each start.</param>
/// <param name="RunsStages">Whether it executes the stages of experiments, or only answers questions about them.</param>
/// <param name="AttachPoint">Where clients attach; null while the process is starting.</param>
internal sealed record WorkspaceProcess(
    int ProcessId,
    DateTimeOffset StartedAt,
    string ClusterId,
    bool RunsStages,
    AttachPoint? AttachPoint
)
{
    /// <summary>Whether the file belongs to another user, who alone can attach.</summary>
    public static bool IsOfAnotherUser(string workspace)
    {
        try
        {
            using var file = File.OpenRead(PathIn(workspace));
            return false;
        }
        catch (UnauthorizedAccessException)
        {
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    /// <summary>Null if there is none that can be read.</summary>
    public static WorkspaceProcess? Read(string workspace)
    {
        try
        {
            return JsonSerializer.Deserialize<WorkspaceProcess>(File.ReadAllText(PathIn(workspace)), CoreJson.Options);
        }
        catch (Exception e) when (e is IOException or JsonException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    public Task WriteAsync(string workspace) =>
        AtomicFile.WriteOwnerOnlyAsync(PathIn(workspace), file => JsonSerializer.SerializeAsync(file, this, CoreJson.Indented));

    private static string PathIn(string workspace) => Path.Combine(workspace, "process.json");
}
