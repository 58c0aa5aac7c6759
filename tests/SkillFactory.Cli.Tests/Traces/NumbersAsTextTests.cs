using SkillFactory.Core.Recipes;
using SkillFactory.Data.TraceDatasets;

namespace SkillFactory.Cli.Tests.Traces;

public sealed class NumbersAsTextTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_number_as_response_is_read_as_text()
    {
        const string Number = "123456789012345678901234567890";
        var input = Path.Combine(_folder.Path, "raw.jsonl");
        var row = RawDataset.Row(1, 0, correct: true);
        row[RawDataset.Mutated] = System.Text.Json.Nodes.JsonNode.Parse($"[{Number}]");
        RawDataset.Write(input, [row]);
        var settings = new TraceDatasetSettings
        {
            Input = input,
            Traces = new TraceSettings { Format = "*C_full", Attempts = 1 },
            Seed = 1,
            Output = Path.Combine(_folder.Path, "out"),
            Name = "t",
        };
        await new TraceDataset(settings, _ => Assert.Fail("no row is bad"), _ => { }).BuildAsync(default);
        Assert.Contains(Number, await File.ReadAllTextAsync(Path.Combine(settings.Output, "sharegpt.jsonl")), StringComparison.Ordinal);
    }
}
