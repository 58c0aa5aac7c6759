using System.Text.Json;
using SkillFactory.Core;
using SkillFactory.Primitives.Files;

namespace SkillFactory.Data.TraceDatasets;

/// <summary>Writes <c>dataset_info.json</c>, with which LLaMA-Factory can use the folder as its <c>dataset_dir</c>.</summary>
internal static class LlamaFactoryInfo
{
    private const string FileName = "dataset_info.json";

    /// <summary>Writes nothing if LLaMA-Factory can read none of the files.</summary>
    public static async Task WriteAsync(string folder, TraceDatasetSettings settings, CancellationToken cancellationToken)
    {
        var entries = settings
            .Formats.Where(f => f is not (DatasetFormats.Traces or DatasetFormats.Verl))
            .Select((format, i) => (Name: i == 0 ? settings.Name : $"{settings.Name}-{format}", Entry: Entry(format)))
            .ToDictionary(e => e.Name, e => e.Entry);
        if (entries.Count > 0)
        {
            await AtomicFile.WriteTextAsync(
                Path.Combine(folder, FileName),
                JsonSerializer.Serialize(entries, CoreJson.Indented) + "\n",
                cancellationToken
            );
        }
    }

    private static Dictionary<string, object> Entry(string format)
    {
        var entry = new Dictionary<string, object> { ["file_name"] = DatasetWriters.FileOf(format), ["formatting"] = "sharegpt" };
        if (format is DatasetFormats.ShareGpt or DatasetFormats.ShareGptParquet)
        {
            entry["columns"] = new Dictionary<string, string> { ["messages"] = "conversations" };
        }
        else
        {
            entry["columns"] = new Dictionary<string, string> { ["messages"] = "messages" };
            entry["tags"] = new Dictionary<string, string>
            {
                ["role_tag"] = "role",
                ["content_tag"] = "content",
                ["user_tag"] = "user",
                ["assistant_tag"] = "assistant",
                ["system_tag"] = "system",
            };
        }

        return entry;
    }
}
