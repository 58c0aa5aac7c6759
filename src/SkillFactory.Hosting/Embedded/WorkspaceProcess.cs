using System.Text.Json;
using SkillFactory.Core;

namespace SkillFactory.Hosting.Embedded;

/// <summary>What the process that holds a workspace says about itself, in <c>process.json</c>. Only worth something while the lock is held.</summary>
/// <param name="ProcessId">Operating-system process id.</param>
/// <param name="StartedAt">When it took the workspace.</param>
/// <param name="ClusterId">Its Orleans cluster; new for each start.</param>
/// <param name="GatewayPort">Loopback port clients connect to; null while it is starting.</param>
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
