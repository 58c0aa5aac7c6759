using System.Text.Json;
using SkillFactory.Core;

namespace SkillFactory.Cli.Terminal;

/// <summary>The output of commands with <c>--json</c>: one document on the standard output and nothing else. docs/reference/json-output.md
/// lists its fields.</summary>
internal static class JsonOutput
{
    public static void Write<T>(TextWriter output, T facts) => output.WriteLine(JsonSerializer.Serialize(facts, CoreJson.Indented));
}
