using System.IO.Compression;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Parquet.Serialization;

namespace SkillFactory.Cli.Tests.Traces;

/// <summary>Rows in the raw schema of the released datasets, with known labels.</summary>
internal static class RawDataset
{
    public const string Mutated = "model_responses__mutated_prompts";
    public const string Annotated = "model_responses__example_annotation";

    private static readonly string[] Variants = ["original", "plan_and_execute", "alternatively", "rephrase"];

    // The same escaping as in the output of the program, so that texts can be compared.
    private static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Every third attempt of a question is correct. Each attempt has a reflection with the right verdict, one with the wrong
    /// verdict and one without a verdict.</summary>
    public static List<JsonObject> Rows(int questions, int attempts, string spelling = Mutated) =>
        [.. Enumerable.Range(0, questions).SelectMany(q => Enumerable.Range(0, attempts).Select(a => Row(q, a, a % 3 == 0, spelling)))];

    public static JsonObject Row(int question, int attempt, bool correct, string spelling = Mutated) =>
        new()
        {
            ["question"] = $"Question {question}: what is {question} + 1?",
            ["answer"] = $"{question + 1}",
            [spelling == Mutated ? "prompt_variant" : "prompt_type"] = Variants[attempt % Variants.Length],
            [spelling] = new JsonArray($"Attempt {attempt} at {question} “so”.\n<answer>{(correct ? question + 1 : -attempt)}</answer>"),
            [$"{spelling}__eval_is_correct"] = new JsonArray(correct),
            [$"{spelling}__eval_extracted_answers"] = new JsonArray($"{(correct ? question + 1 : -attempt)}"),
            [$"{Mutated}_reflection"] = new JsonArray(
                $"Check {attempt} of {question}.\n<verdict>\n{(correct ? "Correct" : "Incorrect")}\n</verdict>",
                $"Check badly {attempt}. <verdict>{(correct ? "Incorrect" : "Correct")}</verdict>",
                "No verdict here."
            ),
            ["model"] = "some/model",
        };

    public static string Line(JsonNode row) => row.ToJsonString(Json);

    public static void Write(string path, IEnumerable<JsonObject> rows)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, string.Concat(rows.Select(r => Line(r) + "\n")));
    }

    /// <summary>Writes a JSON list, JSON lines or CSV, compressed if the name ends in .gz. In CSV, lists are JSON text and truth values are
    /// those of pandas.</summary>
    public static void WriteAs(string path, IReadOnlyList<JsonObject> rows)
    {
        using Stream file = File.Create(path);
        using var stream = path.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(file, CompressionLevel.Fastest) : file;
        var text = Path.GetFileName(path).Split('.')[1] switch
        {
            "json" => new JsonArray([.. rows.Select(r => r.DeepClone())]).ToJsonString(Json),
            "csv" => string.Join(
                "\r\n",
                rows.Select(r => string.Join(',', r.Select(m => Cell(m.Value!)))).Prepend(string.Join(',', rows[0].Select(m => m.Key)))
            ),
            _ => string.Join('\n', rows.Select(Line)),
        };
        stream.Write(Encoding.UTF8.GetBytes(text));

        static string Cell(JsonNode value)
        {
            var one = value is JsonArray { Count: 1 } list ? list[0]! : value;
            var cell = one.GetValueKind() switch
            {
                JsonValueKind.Array => one.ToJsonString(Json),
                JsonValueKind.True => "True",
                JsonValueKind.False => "False",
                _ => (string)one!,
            };
            return $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
        }
    }

    public static async Task WriteParquetAsync(string path, IEnumerable<JsonObject> rows, int rowsPerGroup)
    {
        await using var stream = File.Create(path);
        await ParquetSerializer.SerializeAsync(
            rows.Select(r => new ParquetRow
                {
                    question = (string)r["question"]!,
                    answer = (string)r["answer"]!,
                    prompt_variant = (string)r["prompt_variant"]!,
                    model_responses__mutated_prompts = Texts(r[Mutated]!),
                    model_responses__mutated_prompts__eval_is_correct = [(bool)r[$"{Mutated}__eval_is_correct"]![0]!],
                    model_responses__mutated_prompts__eval_extracted_answers = Texts(r[$"{Mutated}__eval_extracted_answers"]!),
                    model_responses__mutated_prompts_reflection = Texts(r[$"{Mutated}_reflection"]!),
                    model = (string)r["model"]!,
                    unread = ["a", "b"],
                })
                .ToArray(),
            stream,
            new Parquet.ParquetOptions { RowGroupSize = rowsPerGroup },
            null,
            default
        );
    }

    private static List<string> Texts(JsonNode list) => [.. list.AsArray().Select(t => (string)t!)];

#pragma warning disable IDE1006 // names of the columns
    private sealed class ParquetRow
    {
        public string? question { get; set; }

        public string? answer { get; set; }

        public string? prompt_variant { get; set; }

        public List<string>? model_responses__mutated_prompts { get; set; }

        public List<bool>? model_responses__mutated_prompts__eval_is_correct { get; set; }

        public List<string>? model_responses__mutated_prompts__eval_extracted_answers { get; set; }

        public List<string>? model_responses__mutated_prompts_reflection { get; set; }

        public string? model { get; set; }

        public List<string>? unread { get; set; }
    }
#pragma warning restore IDE1006
}
