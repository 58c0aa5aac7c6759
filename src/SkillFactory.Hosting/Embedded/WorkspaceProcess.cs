using System.Text.Json;
using SkillFactory.Core;

namespace SkillFactory.Hosting.Embedded;

/// <summary>Describes the process that runs a workspace, in <c>process.json</c>. Only valid while the workspace is locked.</summary>
/// <param name="ProcessId">Operating-system process id.</param>
/// <param name="StartedAt">When it locked the workspace.</param>
/// <param name="ClusterId">Id of its Orleans cluster; new for each start.</param>
/// <param name="GatewayPort">Loopback port for clients; null while the process is starting.</param>
internal sealed record WorkspaceProcess(int ProcessId, DateTimeOffset StartedAt, string ClusterId, int? GatewayPort)
{
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

    public void Write(string workspace)
    {
        var path = PathIn(workspace);
        var temporary = path + ".tmp";
        using (var file = new FileStream(temporary, FileMode.Create, FileAccess.Write))
        {
            JsonSerializer.Serialize(file, this, CoreJson.Indented);
            file.Flush(flushToDisk: true);
        }

        File.Move(temporary, path, overwrite: true);
    }

    private static string PathIn(string workspace) => Path.Combine(workspace, "process.json");
}
