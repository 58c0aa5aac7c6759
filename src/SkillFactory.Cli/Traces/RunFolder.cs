namespace SkillFactory.Cli.Traces;

internal static class RunFolder
{
    public static string Find(string workspace, string id) => throw new NotSupportedException();
    public static IAsyncEnumerable<TraceRow> ReadTracesAsync(string folder, CancellationToken cancellationToken) => throw new NotSupportedException();
}
