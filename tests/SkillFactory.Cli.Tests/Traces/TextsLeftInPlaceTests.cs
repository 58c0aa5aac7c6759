using SkillFactory.Core.Recipes;
using SkillFactory.Data.TraceDatasets;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Cli.Tests.Traces;

/// <summary>Long texts are left where they stand until they are drawn, so the input must stay as it is.</summary>
public sealed class TextsLeftInPlaceTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory();

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_file_that_changes_meanwhile_ends_the_build_with_nothing_written(bool emptied)
    {
        var input = Path.Combine(_folder.FullName, "raw.jsonl");
        RawDataset.Write(input, RawDataset.Rows(questions: 30, attempts: 12));
        var output = Path.Combine(_folder.FullName, "out");
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

    /// <summary>A number counts as the text that it is written as, and is no string that could be read from the file as one.</summary>
    [Fact]
    public async Task A_response_that_is_a_long_number_is_a_text_like_others()
    {
        const string Number = "123456789012345678901234567890";
        var input = Path.Combine(_folder.FullName, "raw.jsonl");
        var row = RawDataset.Row(1, 0, correct: true);
        row[RawDataset.Mutated] = System.Text.Json.Nodes.JsonNode.Parse($"[{Number}]");
        RawDataset.Write(input, [row]);
        var settings = new TraceDatasetSettings
        {
            Input = input,
            Traces = new TraceSettings { Format = "*C_full", Attempts = 1 },
            Seed = 1,
            Output = Path.Combine(_folder.FullName, "out"),
            Name = "t",
        };
        await new TraceDataset(settings, _ => Assert.Fail("no row is bad"), _ => { }).BuildAsync(default);
        Assert.Contains(Number, await File.ReadAllTextAsync(Path.Combine(settings.Output, "sharegpt.jsonl")), StringComparison.Ordinal);
    }
}
