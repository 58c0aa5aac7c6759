using System.Text.Json;
using SkillFactory.Core.Metrics;
using SkillFactory.Primitives.Files;

namespace SkillFactory.Reporting.Metrics;

/// <summary>Training metrics as JSON Lines for data frames: one flat object per step, with "step" first.</summary>
public static class MetricsFile
{
    /// <summary>Writes the file atomically. Values that are not finite become null, because JSON cannot represent them.</summary>
    public static Task WriteAsync(string path, IEnumerable<MetricRow> rows, CancellationToken cancellationToken = default) =>
        AtomicFile.WriteAsync(path, stream => WriteAsync(stream, rows, cancellationToken), cancellationToken);

    private static async Task WriteAsync(Stream stream, IEnumerable<MetricRow> rows, CancellationToken cancellationToken)
    {
        foreach (var row in rows)
        {
            await using (var json = new Utf8JsonWriter(stream))
            {
                json.WriteStartObject();
                json.WriteNumber("step", row.Step);
                foreach (var (name, value) in row.Values)
                {
                    if (double.IsFinite(value))
                    {
                        json.WriteNumber(name, value);
                    }
                    else
                    {
                        json.WriteNull(name);
                    }
                }

                json.WriteEndObject();
                await json.FlushAsync(cancellationToken);
            }

            stream.WriteByte((byte)'\n');
        }
    }
}
