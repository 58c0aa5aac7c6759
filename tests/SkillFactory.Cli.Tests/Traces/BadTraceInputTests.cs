using System.Text;
using System.Text.Json.Nodes;

namespace SkillFactory.Cli.Tests.Traces;

/// <summary><c>traces build</c> with invalid input.</summary>
public sealed class BadTraceInputTests : IDisposable
{
    private const string Correct = $"{RawDataset.Mutated}__eval_is_correct";
    private const string Extracted = $"{RawDataset.Mutated}__eval_extracted_answers";
    private const string Reflections = $"{RawDataset.Mutated}_reflection";

    private readonly TemporaryFolder _folder = new();
    private readonly TestCli _run = new();

    public void Dispose()
    {
        _run.Dispose();
        _folder.Dispose();
    }

    private string Output => Path.Combine(_folder.Path, "out");

    /// <summary>One row is invalid. By default the error names the row, the column, the value and what is expected, and nothing is written.
    /// With --skip-bad the other rows are used.</summary>
    [Theory]
    [InlineData("question", null, "column 'question': found no such column among answer, ")]
    [InlineData("question", "3.5e0", "")]
    [InlineData("question", "\"\"", "column 'question': found empty text; expected the question's text")]
    [InlineData("question", "[\"a\"]", "column 'question': found a list of 1; expected the question's text")]
    [InlineData(RawDataset.Mutated, null, "column 'model_responses__mutated_prompts': found no such column among question, ")]
    [InlineData(RawDataset.Mutated, "null", "column 'model_responses__mutated_prompts': found null; expected the response as text")]
    [InlineData(
        RawDataset.Mutated,
        "[]",
        "column 'model_responses__mutated_prompts': found a list of 0; "
            + "expected the response as text, or a list of one, as a row holds one attempt"
    )]
    [InlineData(
        RawDataset.Mutated,
        "[\"a\",\"b\"]",
        "column 'model_responses__mutated_prompts': found a list of 2; expected the response as text, or a list of one"
    )]
    [InlineData(
        RawDataset.Mutated,
        "[{\"a\":1}]",
        "column 'model_responses__mutated_prompts': found an object with a; expected the response as text"
    )]
    [InlineData(
        RawDataset.Mutated,
        "[\"\\ud800\"]",
        "column 'model_responses__mutated_prompts': found text with half of a surrogate pair; expected valid Unicode"
    )]
    [InlineData(Correct, null, "column 'model_responses__mutated_prompts__eval_is_correct': found no such column among ")]
    [InlineData(
        Correct,
        "[true,false]",
        "column 'model_responses__mutated_prompts__eval_is_correct': found a list of 2; "
            + "expected true or false, or a list of one, as a row holds one attempt"
    )]
    [InlineData(
        Correct,
        "[\"perhaps\"]",
        "column 'model_responses__mutated_prompts__eval_is_correct': found 'perhaps'; expected true or false"
    )]
    [InlineData(Correct, "[null]", "column 'model_responses__mutated_prompts__eval_is_correct': found null; expected true or false")]
    [InlineData(Correct, "[2]", "column 'model_responses__mutated_prompts__eval_is_correct': found '2'; expected true or false")]
    [InlineData(
        Extracted,
        "[\"a\",\"b\",\"c\"]",
        "column 'model_responses__mutated_prompts__eval_extracted_answers': found a list of 3; "
            + "expected the extracted answer as text, or a list of one"
    )]
    [InlineData(Extracted, null, "column 'model_responses__mutated_prompts__eval_extracted_answers': found no such column among ")]
    [InlineData(Reflections, null, "column 'model_responses__mutated_prompts_reflection': found no such column among ")]
    [InlineData(
        Reflections,
        "\"one\"",
        "column 'model_responses__mutated_prompts_reflection': found 'one'; expected a list of reflections"
    )]
    [InlineData(
        Reflections,
        "[\"a\",7]",
        "column 'model_responses__mutated_prompts_reflection[1]': found '7'; expected a reflection as text"
    )]
    [InlineData("prompt_variant", "{}", "column 'prompt_variant': found an object with ; expected text")]
    [InlineData("answer", "[1]", "column 'answer': found a list of 1; expected the gold answer as text")]
    [InlineData("\n", "{\"question\": ", "found text that is not JSON (")]
    [InlineData("\n", "[]", "found a list of 0; expected a JSON object on one line")]
    [InlineData("\n", "\u0001", "found text that is not JSON (")]
    public async Task A_bad_row_is_an_error_or_is_skipped(string column, string? value, string expected)
    {
        List<string> lines = [.. RawDataset.Rows(2, 6).Select(RawDataset.Line)];
        var bad = RawDataset.Row(0, 0, correct: true);
        bad.Remove(column);
        if (column != "\n" && value is not null)
        {
            // Written as raw text, because the serializer would replace half of a surrogate pair.
            lines[3] = $"{{{new JsonObject([new(column, 0)]).ToJsonString()[1..^2]}{value},{RawDataset.Line(bad)[1..]}";
        }
        else
        {
            lines[3] = column == "\n" ? value! : RawDataset.Line(bad);
        }

        var input = Path.Combine(_folder.Path, "in.jsonl");
        await File.WriteAllTextAsync(input, string.Join('\n', lines));
        if (expected.Length == 0)
        {
            // A number is used as its source text.
            Assert.Equal(ExitCodes.Ok, await BuildAsync(input, "--attempts", "1"));
            return;
        }

        Assert.Equal(ExitCodes.UserError, await BuildAsync(input, "--attempts", "1"));
        var error = _run.Error.ToString();
        Assert.StartsWith($"error: {input}:4: {expected}", error, StringComparison.Ordinal);
        Assert.EndsWith("(1 of 12 rows; --skip-bad leaves it out)\n", error, StringComparison.Ordinal);
        Assert.Single(error.TrimEnd().Split('\n'));
        Assert.False(Directory.Exists(Output));

        _run.Error.GetStringBuilder().Clear();
        Assert.Equal(ExitCodes.Ok, await BuildAsync(input, "--attempts", "1", "--skip-bad"));
        Assert.StartsWith($"1 row was skipped:\n  {input}:4: {expected}", _run.Error.ToString(), StringComparison.Ordinal);
        Assert.StartsWith(
            $"{input}:4: {expected}",
            Assert.Single(await File.ReadAllLinesAsync(Path.Combine(Output, "skipped-rows.txt"))),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "\n| rows or questions left out as bad | 1 |\n",
            await File.ReadAllTextAsync(Path.Combine(Output, "README.md")),
            StringComparison.Ordinal
        );
        Assert.Equal(2, (await File.ReadAllLinesAsync(Path.Combine(Output, "sharegpt.jsonl"))).Length);
    }

    [Fact]
    public async Task Invalid_UTF8_is_reported_with_its_row()
    {
        var bytes = Encoding.UTF8.GetBytes(string.Join('\n', RawDataset.Rows(1, 4).Select(RawDataset.Line)));
        bytes[Array.LastIndexOf(bytes, (byte)'C')] = 0xC3;
        var input = Path.Combine(_folder.Path, "in.jsonl");
        await File.WriteAllBytesAsync(input, bytes);
        Assert.Equal(ExitCodes.UserError, await BuildAsync(input));
        Assert.StartsWith(
            $"error: {input}:4: found bytes that are not valid UTF-8; expected UTF-8 text",
            _run.Error.ToString(),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Gold_answers_must_be_present_valid_and_consistent()
    {
        var rows = RawDataset.Rows(4, 2);
        rows[0]["answer"] = "many";
        rows[1]["answer"] = "many";
        rows[3]["answer"] = "5";
        rows[4]["answer"] = rows[5]["answer"] = null;
        var input = Write(rows);
        Assert.Equal(ExitCodes.Ok, await BuildAsync(input, "--attempts", "1", "--write", "verl", "--task", "word_problem", "--skip-bad"));
        var lines = _run.Error.ToString().Split('\n');
        Assert.Equal("3 rows were skipped:", lines[0]);
        Assert.Contains(lines, t =>
            t.StartsWith(
                $"  {input}:1: column 'answer': found 'many'; expected a gold answer of the task word_problem: ",
                StringComparison.Ordinal
            )
        );
        Assert.Contains($"  {input}:4: column 'answer': found '5'; expected '2', the gold answer of the same question at {input}:3", lines);
        Assert.Contains(
            $"  {input}:5: column 'answer': found no gold answer; expected the gold answer (--gold-column names another column)",
            lines
        );
    }

    [Fact]
    public async Task Questions_of_other_splits_and_held_out_files_are_refused()
    {
        var raw = Path.Combine(_folder.Path, "raw");
        RawDataset.Write(Path.Combine(raw, "train.jsonl"), RawDataset.Rows(3, 2));
        RawDataset.Write(Path.Combine(raw, "test.jsonl"), RawDataset.Rows(2, 1).Skip(1));
        Assert.Equal(ExitCodes.UserError, await BuildAsync(raw, "--attempts", "1"));
        Assert.StartsWith(
            $"error: {raw}/train.jsonl:3: column 'question': found 'Question 1: what is 1 + 1?'; "
                + "expected a question that is not in the held-out files too",
            _run.Error.ToString(),
            StringComparison.Ordinal
        );
        Assert.False(Directory.Exists(Output));

        Assert.Equal(
            ExitCodes.Ok,
            await BuildAsync(
                Path.Combine(raw, "train.jsonl"),
                "--attempts",
                "1",
                "--held-out",
                Path.Combine(raw, "test.jsonl"),
                "--skip-bad"
            )
        );
        Assert.Equal(2, (await File.ReadAllLinesAsync(Path.Combine(Output, "sharegpt.jsonl"))).Length);
    }

    [Theory]
    [InlineData("--format", "*C_fulll", "--format: found '*C_fulll'; expected one of ")]
    [InlineData("--attempts", "10", "--attempts: found 10; expected a whole number from 1 to 9")]
    [InlineData("--random-length", "true", "--random-length: has no effect: '*C_full' decides its lengths itself")]
    [InlineData("--variants", "original,original", "--variants: 'original' is given twice")]
    [InlineData(
        "--phrases",
        "compat",
        "--phrases: found 'compat'; expected standard, compact or an existing YAML file; did you mean 'compact'?"
    )]
    [InlineData("--loss", "mask_wrong", "--loss: 'mask_wrong' has no effect: only the file format 'traces' marks the tokens with loss")]
    [InlineData("--write", "sharegtp", "--write: 'sharegtp' is not a file format; did you mean 'sharegpt'?")]
    [InlineData("--write", "verl,verl", "--write: 'verl' is given twice")]
    [InlineData("--where", "seed", "--where: found 'seed'; expected COLUMN=VALUE")]
    [InlineData("--task", "cuntdown", "unknown task 'cuntdown'; did you mean 'countdown'?")]
    [InlineData("--input", "nowhere.jsonl", "nowhere.jsonl: no such file or folder")]
    public async Task Invalid_options_are_reported_before_the_input_is_read(string option, string value, string expected)
    {
        var input = Write(RawDataset.Rows(1, 1));
        Assert.Equal(
            ExitCodes.UserError,
            await _run.RunAsync([
                "traces",
                "build",
                "--output",
                Output,
                option,
                value,
                .. option == "--input" ? (string[])[] : ["--input", input],
            ])
        );
        Assert.StartsWith($"error: {expected}", _run.Error.ToString(), StringComparison.Ordinal);
        Assert.False(Directory.Exists(Output));
    }

    [Theory]
    [InlineData("", "the file is empty; expected JSON lines, a JSON list, CSV or Parquet")]
    [InlineData("\n\n", "the file has no rows")]
    [InlineData("PAR1", "not a Parquet file, or a damaged one: ")]
    public async Task Files_without_rows_are_reported(string content, string expected)
    {
        var input = Path.Combine(_folder.Path, "in.jsonl");
        await File.WriteAllTextAsync(input, content);
        Assert.Equal(ExitCodes.UserError, await BuildAsync(input, "--skip-bad"));
        Assert.StartsWith($"error: {input}: {expected}", _run.Error.ToString(), StringComparison.Ordinal);
        Assert.False(Directory.Exists(Output));
    }

    [Fact]
    public async Task A_folder_with_files_is_only_written_with_overwrite()
    {
        var input = Write(RawDataset.Rows(1, 3));
        Directory.CreateDirectory(Output);
        await File.WriteAllTextAsync(Path.Combine(Output, "mine.txt"), "mine");
        Assert.Equal(ExitCodes.UserError, await BuildAsync(input, "--attempts", "1"));
        Assert.Equal($"error: {Output}: the folder is not empty (--overwrite replaces files of the same names)\n", _run.Error.ToString());
        Assert.Equal(ExitCodes.Ok, await BuildAsync(input, "--attempts", "1", "--overwrite"));
        Assert.Equal(
            ["README.md", "attempts.jsonl", "dataset_info.json", "mine.txt", "sharegpt.jsonl"],
            Directory.EnumerateFileSystemEntries(Output).Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal)
        );
        Assert.Equal(
            ExitCodes.UserError,
            await _run.RunAsync("traces", "build", "--input", input, "--output", Path.Combine(Output, "mine.txt"))
        );
        Assert.Contains("this is a file; expected a folder for the dataset", _run.Error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_signal_stops_the_build_without_output()
    {
        var input = Write(RawDataset.Rows(200, 8));
        _run.Signals.Raise();
        while (!_run.Signals.Requested.IsCancellationRequested)
        {
            await Task.Yield();
        }

        Assert.Equal(ExitCodes.Interrupted, await BuildAsync(input));
        Assert.Equal($"Stopped; {Output} was not written.\n", _run.Out.ToString());
        Assert.Equal(["in.jsonl"], _folder.Names);
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
