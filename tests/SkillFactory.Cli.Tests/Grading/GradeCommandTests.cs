using System.Text.Json;
using Parquet.Serialization;
using SkillFactory.Cli.Grading;
using SkillFactory.Core.Randomness;
using SkillFactory.Core.Tasks;
using SkillFactory.Grading;
using SkillFactory.Tables.Rows;

namespace SkillFactory.Cli.Tests.Grading;

public sealed class GradeCommandTests : IDisposable
{
    private const string Gold = "8 6 4 = 44 exactly_once";

    private readonly TemporaryFolder _folder = new();
    private readonly TestCli _run = new();

    public void Dispose()
    {
        _run.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task The_standard_input_is_graded()
    {
        _run.Input = $$"""{"gold":"{{Gold}}","response":"<answer>8*6-4</answer>"}""";
        Assert.Equal(ExitCodes.Ok, await _run.RunAsync("grade", "--task", "countdown", "-i", "-"));
        Assert.Matches("Correct +1 ", _run.Out.ToString());
    }

    [Fact]
    public async Task A_link_as_output_stays_a_link_to_the_file_that_is_written()
    {
        var target = _folder.File("kept.jsonl", "old");
        var link = Path.Combine(_folder.Path, "link.jsonl");
        File.CreateSymbolicLink(link, "kept.jsonl");
        _run.Input = $$"""{"gold":"{{Gold}}","response":"<answer>8*6-4</answer>"}""";
        Assert.Equal(ExitCodes.Ok, await _run.RunAsync("grade", "--task", "countdown", "-i", "-", "-o", link));
        Assert.Equal("kept.jsonl", new FileInfo(link).LinkTarget);
        Assert.Contains("Correct", await File.ReadAllTextAsync(target), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Problems_of_the_standard_input_name_it()
    {
        Assert.Equal(ExitCodes.UserError, await _run.RunAsync("grade", "--task", "countdown", "-i", "-"));
        Assert.StartsWith("error: standard input: the file is empty", _run.Error.ToString(), StringComparison.Ordinal);

        using var other = new TestCli { Input = """{"gold":"x","response":"y"}""" };
        Assert.Equal(ExitCodes.UserError, await other.RunAsync("grade", "--task", "countdown", "-i", "-"));
        Assert.StartsWith("error: standard input:1: column 'gold'", other.Error.ToString(), StringComparison.Ordinal);

        using var skipping = new TestCli { Input = """{"gold":"x","response":"y"}""" };
        Assert.Equal(ExitCodes.Ok, await skipping.RunAsync("grade", "--task", "countdown", "-i", "-", "--skip-bad"));
        Assert.Contains("  standard input:1: column 'gold'", skipping.Error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_in_place_of_the_input_is_named()
    {
        Assert.Equal(ExitCodes.UserError, await _run.RunAsync("grade", "--task", "countdown", "-i", _folder.Path));
        Assert.Equal($"error: {_folder.Path} is a folder; expected a file of rows\n", _run.Error.ToString());
    }

    [Fact]
    public async Task The_input_is_not_replaced_by_the_grades()
    {
        var input = Write("in.jsonl", new { gold = Gold, response = "<answer>8*6-4</answer>" });
        var before = await File.ReadAllTextAsync(input);
        Assert.Equal(ExitCodes.UserError, await _run.RunAsync("grade", "--task", "countdown", "-i", input, "-o", input));
        Assert.Equal($"error: --output: {input} is the input; expected another file\n", _run.Error.ToString());
        Assert.Equal(before, await File.ReadAllTextAsync(input));
    }

    [Theory]
    [InlineData("length", "Truncated")]
    [InlineData("max_tokens", "Truncated")]
    [InlineData("stop", "Correct")]
    [InlineData("end_turn", "Correct")]
    [InlineData(null, "Correct")]
    public async Task A_column_finish_reason_tells_whether_a_response_was_truncated(string? reason, string outcome)
    {
        var input = Write(
            "in.jsonl",
            new
            {
                gold = Gold,
                response = "<answer>8*6-4</answer>",
                finish_reason = reason,
            }
        );
        var output = Path.Combine(_folder.Path, "out.jsonl");
        Assert.Equal(ExitCodes.Ok, await _run.RunAsync("grade", "--task", "countdown", "--input", input, "--output", output));
        Assert.Equal([outcome], (await TableFile.ReadAsync(output).ToListAsync()).Select(r => r.Text("outcome")));
    }

    [Fact]
    public async Task The_summary_is_printed_as_json()
    {
        var input = Write(
            "in.jsonl",
            new { gold = Gold, response = "<answer>8*6-4</answer>" },
            new { gold = Gold, response = "<answer>8*6+4</answer>" },
            new { gold = "x", response = "" }
        );
        Assert.Equal(ExitCodes.Ok, await _run.RunAsync("grade", "--task", "countdown", "-i", input, "--skip-bad", "--json"));
        using var json = JsonDocument.Parse(_run.Out.ToString());
        Assert.Equal(
            "{\"task\":\"countdown\",\"rows\":2,\"skipped\":1,"
                + "\"outcomes\":{\"Correct\":1,\"Wrong\":1,\"Unparseable\":0,\"Truncated\":0,\"Unscored\":0},\"accuracy\":0.5}",
            JsonSerializer.Serialize(json.RootElement)
        );
    }

    [Fact]
    public async Task Every_outcome_is_written_and_counted()
    {
        var input = Write(
            "in.jsonl",
            new
            {
                id = "a",
                question = "Reach 44",
                gold = Gold,
                response = "<answer>8*6-4</answer>",
            },
            new
            {
                id = "b",
                question = "Reach 44",
                gold = Gold,
                response = "<answer>8*6+4</answer>",
                truncated = false,
            },
            new
            {
                id = "c",
                question = "Reach 44",
                gold = Gold,
                response = "I give up",
                truncated = false,
            },
            new
            {
                id = "d",
                question = "Reach 44",
                gold = Gold,
                response = "<answer>8*6-4</answer> and",
                truncated = true,
            }
        );
        var output = Path.Combine(_folder.Path, "out.jsonl");
        Assert.Equal(ExitCodes.Ok, await _run.RunAsync("grade", "--task", "countdown", "--input", input, "--output", output));

        var rows = await TableFile.ReadAsync(output).ToListAsync();
        Assert.Equal(["Correct", "Wrong", "Unparseable", "Truncated"], rows.Select(r => r.Text("outcome")));
        Assert.Equal(["1", "2", "3", "4"], rows.Select(r => r.Text("row")));
        Assert.Equal(["a", "b", "c", "d"], rows.Select(r => r.Text("id")));
        Assert.Equal(["8*6-4", "8*6+4"], rows.Take(2).Select(r => r.Text("extracted")));
        Assert.Equal(JsonValueKind.Null, rows[2].Find("extracted")!.Value.ValueKind);
        Assert.Equal(
            ["", "the result is 52, the target is 44", "there is no answer span", "the response reached its length limit"],
            rows.Select(r => r.Text("reason"))
        );
        Assert.All(rows, r => Assert.Equal(Gold, r.Text("gold")));
        Assert.Equal(
            $"""
            Correct              1    25.0 %
            Wrong                1    25.0 %
            Unparseable          1    25.0 %
            Truncated            1    25.0 %
            Unscored             0     0.0 %
            all                  4
            Grades: {output}

            """.ReplaceLineEndings("\n"),
            _run.Out.ToString()
        );
        Assert.Empty(_run.Error.ToString());
    }

    [Fact]
    public async Task A_row_that_cannot_be_graded_is_counted_with_the_reason_and_stops_no_other()
    {
        var undecided = new { gold = "\\cos\\frac{\\pi}{7}+i\\sin\\frac{\\pi}{7}", response = "<answer>e^{i\\pi/7}</answer>" };
        var input = Write(
            "in.jsonl",
            new { gold = "8", response = "<answer>８</answer>" },
            new { gold = "8", response = "<answer>٨</answer>" },
            undecided,
            undecided,
            new { gold = "8", response = "<answer>9^{9^{9^9}}</answer>" }
        );
        var output = Path.Combine(_folder.Path, "out.jsonl");
        Assert.Equal(ExitCodes.Ok, await _run.RunAsync("grade", "--task", "maths", "--input", input, "--output", output));
        Assert.Equal(
            ["Correct", "Unparseable", "Unscored", "Unscored", "Unparseable"],
            (await TableFile.ReadAsync(output).ToListAsync()).Select(r => r.Text("outcome"))
        );
        Assert.Equal(
            $"""
            Correct              1    20.0 %
            Wrong                0     0.0 %
            Unparseable          2    40.0 %
            Truncated            0     0.0 %
            Unscored             2    40.0 %
            all                  5
            Unscored (2): whether it equals the gold answer could not be decided exactly
            Grades: {output}

            """.ReplaceLineEndings("\n"),
            _run.Out.ToString()
        );
    }

    [Fact]
    public async Task An_error_of_a_grader_is_the_outcome_of_its_row()
    {
        var rows = Enumerable
            .Range(1, 3)
            .Select(i => new Cli.Grading.ResponseRow(i, null, new("q", "broken", "", "", ""), $"<answer>{i}</answer>", false));
        var graded = await GradedRows.OfAsync(new BrokenTask(), rows.ToAsyncEnumerable(), default).ToListAsync();
        Assert.Equal(["Correct", "Unscored", "Correct"], graded.Select(r => r.Outcome));
        Assert.Equal("the grader failed: FormatException: 2", graded[1].Reason);
    }

    [Fact]
    public async Task Parquet_and_JSON_lines_have_the_same_content()
    {
        ResponseRow[] rows =
        [
            .. Enumerable
                .Range(0, 3000)
                .Select(i => new ResponseRow
                {
                    output = $"<answer>{i}</answer>",
                    gold_answer = i % 3 == 0 ? $"#### {i}" : "#### 7",
                    finish_reason = i % 5 == 0 ? "length" : "stop",
                }),
        ];
        var (input, parquet, lines) = (
            Path.Combine(_folder.Path, "in.parquet"),
            Path.Combine(_folder.Path, "out.parquet"),
            Path.Combine(_folder.Path, "out.jsonl")
        );
        await using (var stream = File.Create(input))
        {
            await ParquetSerializer.SerializeAsync(rows, stream, new Parquet.ParquetOptions { RowGroupSize = 700 }, null, default);
        }

        string[] words =
        [
            "grade",
            "--task",
            "word_problem",
            "--input",
            input,
            "--gold-column",
            "gold_answer",
            "--response-column",
            "output",
            "--truncated-column",
            "finish_reason",
            "--output",
        ];
        Assert.Equal(ExitCodes.Ok, await _run.RunAsync([.. words, parquet]));
        Assert.Equal(ExitCodes.Ok, await _run.RunAsync([.. words, lines]));
        var fromParquet = await TableFile.ReadAsync(parquet).ToListAsync();
        var fromLines = await TableFile.ReadAsync(lines).ToListAsync();
        Assert.Equal(3000, fromParquet.Count);
        foreach (
            var column in (string[])
                ["row", "question", "gold", "response", "outcome", "extracted", "canonical", "reason", "truncated", "id"]
        )
        {
            Assert.Equal(
                fromLines.Select(r => r.Find(column)!.Value.ToString()),
                fromParquet.Select(r => r.Find(column)!.Value.ToString())
            );
        }

        // Every fifth row is truncated; of the others, every third and row 7 are correct.
        Assert.Equal(
            Enumerable.Range(0, 3000).Count(i => i % 5 != 0 && (i % 3 == 0 || i == 7)),
            fromLines.Count(r => r.Text("outcome") == "Correct")
        );
        Assert.Equal(600, fromLines.Count(r => r.Text("outcome") == "Truncated"));
    }

    [Fact]
    public async Task Bad_rows_are_an_error_and_nothing_is_written()
    {
        var input = Write("in.jsonl", new { gold = Gold, response = "x" }, new { gold = "8 6 4", response = "x" });
        var output = Path.Combine(_folder.Path, "out.jsonl");
        Assert.Equal(ExitCodes.UserError, await _run.RunAsync("grade", "--task", "countdown", "--input", input, "--output", output));
        Assert.StartsWith(
            $"error: {input}:2: column 'gold': found '8 6 4'; expected a gold answer of the task countdown: ",
            _run.Error.ToString(),
            StringComparison.Ordinal
        );
        Assert.Contains("--skip-bad", _run.Error.ToString(), StringComparison.Ordinal);
        Assert.Equal(["in.jsonl"], _folder.Names);
    }

    [Fact]
    public async Task With_skip_bad_bad_rows_are_skipped_counted_and_listed()
    {
        var input = Write(
            "in.jsonl",
            [
                new { gold = Gold, response = "<answer>8*6-4</answer>" },
                "{",
                new { gold = Gold },
                new
                {
                    gold = Gold,
                    response = "x",
                    truncated = "perhaps",
                },
                new { gold = Gold, response = 5 },
                .. Enumerable.Repeat(new { response = "x" }, 20),
            ]
        );
        var output = Path.Combine(_folder.Path, "out.jsonl");
        Assert.Equal(ExitCodes.Ok, await _run.RunAsync("grade", "--task", "countdown", "--input", input, "--output", output, "--skip-bad"));
        Assert.Equal(["1", "5"], (await TableFile.ReadAsync(output).ToListAsync()).Select(r => r.Text("row")));
        var lines = _run.Error.ToString().Split('\n');
        Assert.Equal("23 rows were skipped:", lines[0]);
        Assert.StartsWith($"  {input}:2: found text that is not JSON", lines[1], StringComparison.Ordinal);
        Assert.Equal(
            $"  {input}:3: column 'response': found no such column among gold; "
                + "expected the response (--response-column names another column)",
            lines[2]
        );
        Assert.Equal(
            $"  {input}:4: column 'truncated': found 'perhaps'; expected true or false, 1 or 0, or a finish reason such as length or stop",
            lines[3]
        );
        Assert.Equal("  and 13 more", lines[11]);
        Assert.Equal(23, (await File.ReadAllLinesAsync($"{output}.skipped-rows.txt")).Length);
    }

    [Theory]
    [InlineData("countdwn", "in.jsonl", "did you mean 'countdown'?")]
    [InlineData("countdown", "none.jsonl", "none.jsonl: no such file")]
    [InlineData("countdown", "empty.jsonl", "empty.jsonl: the file is empty")]
    public async Task Invalid_input_is_reported_in_one_line(string task, string file, string expected)
    {
        Write("in.jsonl", new { gold = Gold, response = "x" });
        await File.WriteAllTextAsync(Path.Combine(_folder.Path, "empty.jsonl"), "");
        Assert.Equal(ExitCodes.UserError, await _run.RunAsync("grade", "--task", task, "--input", Path.Combine(_folder.Path, file)));
        Assert.Contains(expected, _run.Error.ToString(), StringComparison.Ordinal);
        Assert.Single(_run.Error.ToString().TrimEnd().Split('\n'));
    }

    [Fact]
    public async Task A_signal_stops_grading_without_output()
    {
        var input = Write("in.jsonl", [.. Enumerable.Repeat(new { gold = Gold, response = "x" }, 5000)]);
        _run.Signals.Raise();
        while (!_run.Signals.Requested.IsCancellationRequested)
        {
            await Task.Yield();
        }

        Assert.Equal(
            ExitCodes.Interrupted,
            await _run.RunAsync("grade", "--task", "countdown", "--input", input, "--output", Path.Combine(_folder.Path, "out.jsonl"))
        );
        Assert.Equal(["in.jsonl"], _folder.Names);
        Assert.Contains("was not written", _run.Out.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Long_inputs_show_their_progress()
    {
        var time = new ManualTime();
        using var progress = new Cli.Inputs.RowProgress(_run.Context() with { Time = time });
        progress.Report(1000, 0.01);
        Assert.Empty(_run.Error.ToString());
        time.Advance(20);
        progress.Report(20_000, 0.25);
        progress.Report(20_001, 0.25);
        Assert.Equal("20,000 rows, 25 %, 1,000 rows/s, 1 min left\n", _run.Error.ToString());
    }

    private string Write(string name, params object[] rows)
    {
        var path = Path.Combine(_folder.Path, name);
        File.WriteAllText(path, string.Concat(rows.Select(r => (r as string ?? JsonSerializer.Serialize(r)) + "\n")));
        return path;
    }

    /// <summary>A task whose grader fails on the answer 2.</summary>
    private sealed class BrokenTask : ITask
    {
        public string Name => "broken";

        public IReadOnlyList<Question> Generate(QuestionSpec spec, Split split, int count, KeyedRandom random) => [];

        Grade ITask.GradeAnswer(Question question, string answer) =>
            answer == "2" ? throw new FormatException(answer) : new Grade(Outcome.Correct, answer, "");

        public void Validate(Question question) { }
    }

#pragma warning disable IDE1006 // names of the columns
    internal sealed class ResponseRow
    {
        public string? output { get; set; }

        public string? gold_answer { get; set; }

        public string? finish_reason { get; set; }
    }
#pragma warning restore IDE1006
}
