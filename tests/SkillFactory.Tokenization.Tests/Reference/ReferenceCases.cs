using System.Text.Json;
using System.Text.Json.Nodes;

namespace SkillFactory.Tokenization.Tests.Reference;

/// <summary>Cases whose expected values were made with Hugging Face's tokenizers 0.22.2 (Oniguruma, Unicode 16).</summary>
internal static class ReferenceCases
{
    public static IEnumerable<JsonObject> Read(string file)
    {
        using var stream = typeof(ReferenceCases).Assembly.GetManifestResourceStream(file)!;
        return [.. JsonNode.Parse(stream)!.AsArray().Select(c => c!.AsObject())];
    }

    public static string[] Strings(JsonNode? node) => node.Deserialize<string[]>()!;

    public static int[] Numbers(JsonNode? node) => node.Deserialize<int[]>()!;
}
