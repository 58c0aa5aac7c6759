using System.Text.Json.Nodes;

namespace SkillFactory.Cli.Tests.Traces;

/// <summary><c>traces build</c> that would give too little: too many bad rows, or no trace.</summary>
public sealed class RefusedBuildTests : IDisposable
{
    private const string Correct = $"{RawDataset.Mutated}__eval_is_correct";
    private const string Reflections = $"{RawDataset.Mutated}_reflection";

    private readonly TemporaryFolder _folder = new();
    private readonly TestCli _run = new();

    public void Dispose()
    {
        _run.Dispose();
        _folder.Dispose();
    }

    private string Output => Path.Combine(_folder.Path, "out");

    [Fact]
    public async Task All_bad_rows_are_counted_and_the_first_ten_are_shown()
    {
        var rows = RawDataset.Rows(3, 6);
        foreach (var row in rows.Take(14))
        {
            row["question"] = "";
        }

        var input = Write(rows);
        Assert.Equal(ExitCodes.UserError, await BuildAsync(input));
        var lines = _run.Error.ToString().TrimEnd().Split('\n');
        Assert.Equal($"error: {input}: 14 of 18 rows cannot be used (--skip-bad leaves them out):", lines[0]);
        Assert.Equal($"  {input}:10: column 'question': found empty text; expected the question's text", lines[10]);
        Assert.Equal("  and 4 more", lines[11]);
        Assert.Equal(12, lines.Length);
        Assert.False(Directory.Exists(Output));
    }

    /// <summary>Every row is usable, and one filter takes all of them.</summary>
    [Theory]
    [InlineData(
        "--variants",
        "other",
        "no correct attempt is left; of the last 4, they are of prompt variants that are not used (variants)"
    )]
    [InlineData(
        "--drop-reflections-with",
        "Check",
        "no correct attempt is left; of the last 4, they have no usable reflection: the last 8 reflections on correct attempts contain a "
            + "dropped word (dropReflectionsWith)"
    )]
    [InlineData("--where", "model=none", "no row is left of 12 read, 12 not asked for, 0 bad; --where chooses rows")]
    public async Task A_build_without_a_trace_is_an_error_that_names_the_filter(string option, string value, string expected)
    {
        var input = Write(RawDataset.Rows(2, 6));
        Assert.Equal(ExitCodes.UserError, await BuildAsync(input, "--attempts", "1", option, value));
        Assert.StartsWith($"error: {input}: no trace was built: {expected}", _run.Error.ToString(), StringComparison.Ordinal);
        Assert.False(Directory.Exists(Output));
    }

    [Fact]
    public async Task A_build_whose_questions_are_all_held_out_names_the_held_out_files()
    {
        var input = Write(RawDataset.Rows(2, 6));
        Assert.Equal(ExitCodes.UserError, await BuildAsync(input, "--held-out", input, "--skip-bad"));
        Assert.EndsWith(
            $"error: {input}: no trace was built: no row is left of 12 read, 0 not asked for, 2 bad (2 of them held-out questions); "
                + "--held-out excludes questions\n",
            _run.Error.ToString(),
            StringComparison.Ordinal
        );
        Assert.False(Directory.Exists(Output));

        var split = Path.Combine(_folder.Path, "split");
        RawDataset.Write(Path.Combine(split, "train.jsonl"), RawDataset.Rows(1, 6));
        RawDataset.Write(Path.Combine(split, "test.jsonl"), RawDataset.Rows(1, 6));
        Assert.Equal(ExitCodes.UserError, await BuildAsync(split, "--skip-bad"));
        Assert.EndsWith("(1 of them held-out questions); --split excludes questions\n", _run.Error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_build_without_a_trace_gives_the_counts_of_every_filter()
    {
        var rows = RawDataset.Rows(2, 6);
        const string Cause =
            "no trace was built: no correct attempt is left; of the last 4, they have no usable reflection: "
            + "the last 4 reflections on correct attempts have the wrong verdict (verdictFilter)";
        rows.ForEach(r => r[Reflections] = new JsonArray("No verdict.", "Correct? <verdict>Incorrect</verdict>"));
        var input = Write(rows.Where(r => (bool)r[Correct]![0]!));
        Assert.Equal(ExitCodes.UserError, await BuildAsync(input));
        Assert.Equal(
            $"""
            error: {input}: {Cause}
              questions: 2
              attempts: 4 correct, 0 wrong, 0 unparseable, 0 truncated, 0 unscored
              reflections: 8 of correct attempts, 0 of wrong ones
              reflections without verdict: 4 of correct attempts, 0 of wrong ones
              reflections mismatched: 4 of correct attempts, 0 of wrong ones
              attempts without reflection: 4 of correct attempts, 0 of wrong ones
              attempts kept: 0 of correct attempts, 0 of wrong ones
              rows: 4 read, 0 not asked for, 0 bad

            """.ReplaceLineEndings("\n"),
            _run.Error.ToString()
        );
        Assert.Equal(ExitCodes.Ok, await BuildAsync(input, "--write", "verl"));
    }

    private string Write(IEnumerable<JsonObject> rows)
    {
        var input = Path.Combine(_folder.Path, "in.jsonl");
        RawDataset.Write(input, rows);
        return input;
    }

    private Task<int> BuildAsync(string input, params string[] words) =>
        _run.RunAsync(["traces", "build", "--input", input, "--output", Output, .. words]);
}
