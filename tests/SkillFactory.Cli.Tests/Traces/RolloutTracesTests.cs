using System.Text.Json.Nodes;
using SkillFactory.Core.Sampling;
using SkillFactory.Data.Rollouts;
using SkillFactory.Grading;
using SkillFactory.Primitives.Files;

namespace SkillFactory.Cli.Tests.Traces;

/// <summary><c>traces build</c> from the responses of a run folder.</summary>
public sealed class RolloutTracesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly TestCli _cli = new();

    public void Dispose()
    {
        _cli.Dispose();
        _folder.Dispose();
    }

    /// <summary>The chat template of the model ends the prompt with the tag. The stage <c>traces</c> of a run reads such responses in the
    /// same way.</summary>
    [Fact]
    public async Task A_block_that_the_prompt_opened_is_not_part_of_an_attempt_or_a_reflection()
    {
        var plain = await ResponsesAsync("plain", null);
        Assert.Equal(2, plain.Count);
        Assert.All(plain, r => Assert.Contains("Look.\n\nSo <answer>", r, StringComparison.Ordinal));
        Assert.Equal(plain, await ResponsesAsync("opened", "<think>\n"));
    }

    private async Task<List<string>> ResponsesAsync(string name, string? opening)
    {
        var run = Path.Combine(_folder.Path, name);
        Directory.CreateDirectory(run);
        await AtomicFile.WriteAsync(Path.Combine(run, "rollouts.parquet"), stream =>
            RolloutParquet.WriteAsync(stream, Rows(opening).ToAsyncEnumerable())
        );
        var output = Path.Combine(_folder.Path, $"{name}-traces");
        var code = await _cli.RunAsync("traces", "build", "--input", run, "--output", output, "--attempts", "2");
        Assert.True(code == ExitCodes.Ok, _cli.Error.ToString());
        var lines = await File.ReadAllLinesAsync(Path.Combine(output, "sharegpt.jsonl"));
        return [.. lines.Select(l => (string)JsonNode.Parse(l)!["conversations"]![1]!["value"]!)];
    }

    private static IEnumerable<RolloutRow> Rows(string? opening)
    {
        var (start, end) = opening is null ? ("", "") : (opening, "</think>");
        for (var i = 0; i < 2; i++)
        {
            var outcome = i == 0 ? Outcome.Correct : Outcome.Wrong;
            var attempt = TraceFixture.Attempt("q", i, outcome, $"{start}Look.\n{end}\nSo <answer>{i}</answer>") with { Opening = opening };
            yield return new RolloutRow("exp", 1, "full", "sample", "", "Reach 3.", attempt);
            var verdict = i == 0 ? "Correct" : "Incorrect";
            var reflection = TraceFixture.Reflection(
                attempt,
                0,
                verdict,
                response: $"{start}Check.\n{end}\nIt is <verdict>{verdict}</verdict>"
            );
            yield return new RolloutRow("exp", 1, "full", "reflect", "", null, reflection);
        }
    }
}
