using SkillFactory.Core.Recipes;
using SkillFactory.Data.TraceDatasets;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Cli.Tests.Traces;

/// <summary>Long texts are read from the input only when they are drawn, so the input must not change during a build.</summary>
public sealed class ChangedInputTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_changed_input_file_ends_the_build_without_output(bool emptied)
    {
        var input = Path.Combine(_folder.Path, "raw.jsonl");
        RawDataset.Write(input, RawDataset.Rows(questions: 30, attempts: 12));
        var output = Path.Combine(_folder.Path, "out");
        var settings = new TraceDatasetSettings
        {
            Input = input,
            Traces = new TraceSettings { Format = "*C_full" },
            Seed = 1,
            Output = output,
            Name = "t",
        };
        var changed = false;
        var build = new TraceDataset(
            settings,
            _ => Assert.Fail("no row is bad"),
            progress =>
            {
                if (!changed)
                {
                    changed = true;
                    File.WriteAllText(input, emptied ? "" : File.ReadAllText(input) + "\n");
                }
            }
        );
        Assert.Equal(
            $"{input}: the file has changed while it was read; start again when it is complete",
            (await Assert.ThrowsAsync<UserErrorException>(() => build.BuildAsync(default))).Message
        );
        Assert.True(changed);
        Assert.False(Directory.Exists(output) && Directory.EnumerateFileSystemEntries(output).Any());
    }

    /// <summary>A number is used as its source text. It is not a JSON string, so it must not be read from the file as one.</summary>
    [Fact]
    public async Task A_long_number_is_used_as_text()
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
