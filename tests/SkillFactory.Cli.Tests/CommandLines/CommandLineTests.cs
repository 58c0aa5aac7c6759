namespace SkillFactory.Cli.Tests.CommandLines;

public sealed class CommandLineTests : IDisposable
{
    private readonly TestCli _cli = new();

    public void Dispose() => _cli.Dispose();

    [Theory]
    [InlineData("rnu recipe.yaml", "'rnu' is not a command; did you mean 'run'?")]
    [InlineData("", "a command is missing")]
    [InlineData("traces", "a command is missing; known: show")]
    [InlineData("traces shw x", "'shw' is not a command of 'traces'; did you mean 'show'?")]
    [InlineData("run", "RECIPE")]
    [InlineData("run a.yaml --outptu x", "'--outptu' is not an option of 'run'; did you mean '--output'?")]
    [InlineData("run a.yaml b.yaml", "'b.yaml' is an unexpected argument of 'run'")]
    [InlineData("run a.yaml --set steps", "KEY.PATH=VALUE")]
    [InlineData("run a.yaml --resume --fresh", "cannot be combined")]
    [InlineData("traces show x --outcome wrnog", "'wrnog' is not an outcome; did you mean 'wrong'?")]
    [InlineData("traces show x --limit 0", "--limit takes a whole number of at least 1; found '0'")]
    [InlineData("traces show x --limit many", "found 'many'")]
    [InlineData("traces show x --seed one", "one")]
    [InlineData("report x --open perhaps", "perhaps")]
    [InlineData("experiments list --jsno", "'--jsno' is not an option of 'experiments list'; did you mean '--json'?")]
    [InlineData("experiments list -jason", "'-jason' is not an option of 'experiments list'; did you mean '--json'?")]
    [InlineData("experiments lst", "'lst' is not a command of 'experiments'; did you mean 'list'?")]
    [InlineData("experiments lst -w runs --json", "'lst' is not a command of 'experiments'; did you mean 'list'?")]
    [InlineData("traces shw x --limit 3", "'shw' is not a command of 'traces'; did you mean 'show'?")]
    [InlineData("exprimnts list --json", "'exprimnts' is not a command; did you mean 'experiments'?")]
    [InlineData("compare a", "EXPERIMENT: found 1; expected at least 2")]
    [InlineData("experiments show --workspce=x", "'--workspce' is not an option of 'experiments show'; did you mean '--workspace'?")]
    [InlineData("run --dryrun a.yaml", "'--dryrun' is not an option of 'run'; did you mean '--dry-run'?")]
    [InlineData("run a.yaml --output --dryrun", "'--dryrun' is not an option of 'run'; did you mean '--dry-run'?")]
    [InlineData("evaluate --recip r.yaml m", "'--recip' is not an option of 'evaluate'; did you mean '--recipe'?")]
    [InlineData("pretrain --resum p.yaml", "'--resum' is not an option of 'pretrain'; did you mean '--resume'?")]
    [InlineData("compare a b --jsno", "'--jsno' is not an option of 'compare'; did you mean '--json'?")]
    [InlineData("report --opne x", "'--opne' is not an option of 'report'; did you mean '--open'?")]
    [InlineData("traces show x --contains --limt", "'--limt' is not an option of 'traces show'; did you mean '--limit'?")]
    [InlineData("traces build --in x -o y", "'--in' is not an option of 'traces build'")]
    [InlineData("grade --task countdown -i --skipbad", "'--skipbad' is not an option of 'grade'; did you mean '--skip-bad'?")]
    [InlineData("doctor --jsn", "'--jsn' is not an option of 'doctor'; did you mean '--json'?")]
    public async Task A_wrong_command_line_is_reported_in_one_line_with_a_suggestion(string line, string expected)
    {
        Assert.Equal(2, await _cli.RunAsync(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)));
        var lines = _cli.Error.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(2, lines.Length);
        Assert.StartsWith("error: ", lines[0], StringComparison.Ordinal);
        Assert.Contains(expected, lines[0], StringComparison.Ordinal);
        Assert.Contains("--help", lines[1], StringComparison.Ordinal);
        Assert.Equal("", _cli.Out.ToString());
        Assert.Empty(_cli.System.Calls);
    }

    [Theory]
    [InlineData("--workspace is empty; expected a folder", "experiments", "list", "-w", "")]
    [InlineData("--workspace is empty; expected a folder", "doctor", "--workspace", " ")]
    [InlineData("--output is empty; expected a folder", "run", "a.yaml", "-o", "")]
    [InlineData("--output is empty; expected a file", "compare", "a", "b", "-o", "")]
    [InlineData("--input is empty; expected a file", "grade", "--task", "countdown", "-i", "")]
    [InlineData("RECIPE is empty; expected a value", "run", "")]
    [InlineData("MODEL is empty; expected a value", "evaluate", "", "--recipe", "a.yaml")]
    [InlineData("SEARCH is empty; expected a value", "experiments", "list", "")]
    public async Task Empty_values_are_refused(string expected, params string[] line)
    {
        Assert.Equal(2, await _cli.RunAsync(line));
        Assert.StartsWith($"error: {expected}\n", _cli.Error.ToString(), StringComparison.Ordinal);
        Assert.Empty(_cli.System.Calls);
    }

    [Theory]
    [InlineData("--workspace: FILE is a file; expected a folder", "experiments", "list", "-w", "FILE")]
    [InlineData("--workspace: FILE is a file; expected a folder", "run", "a.yaml", "-w", "FILE/runs")]
    [InlineData("--workspace: FILE is a file; expected a folder", "doctor", "-w", "FILE")]
    [InlineData("--output: FILE is a file; expected a folder", "run", "a.yaml", "-o", "FILE")]
    [InlineData("--output: FILE is a file; expected a folder", "report", "a", "-o", "FILE")]
    [InlineData("--output: FILE is a file; expected a folder", "pretrain", "a.yaml", "-o", "FILE")]
    [InlineData("--output: FOLDER is a folder; expected a file", "grade", "--task", "countdown", "-i", "x", "-o", "FOLDER")]
    [InlineData("--output: FOLDER is a folder; expected a file", "compare", "a", "b", "-o", "FOLDER")]
    [InlineData("--output: FILE is a file; expected a file", "grade", "--task", "countdown", "-i", "x", "-o", "FILE/out.jsonl")]
    [InlineData("--output: /dev/null is a device; expected a file", "grade", "--task", "countdown", "-i", "x", "-o", "/dev/null")]
    public async Task A_file_in_place_of_a_folder_is_refused_and_the_reverse(string expected, params string[] line)
    {
        using var folder = new TemporaryFolder();
        var file = folder.File("file", "");
        string Real(string word) =>
            word.Replace("FILE", file, StringComparison.Ordinal).Replace("FOLDER", folder.Path, StringComparison.Ordinal);
        Assert.Equal(2, await _cli.RunAsync([.. line.Select(Real)]));
        Assert.StartsWith($"error: {Real(expected)}\n", _cli.Error.ToString(), StringComparison.Ordinal);
        Assert.Equal(["file"], folder.Names);
        Assert.Empty(_cli.System.Calls);
    }

    [Fact]
    public async Task A_pipe_or_a_name_of_the_standard_output_is_no_output_file()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        using var folder = new TemporaryFolder();
        var pipe = Path.Combine(folder.Path, "pipe");
        using (var make = System.Diagnostics.Process.Start("mkfifo", [pipe]))
        {
            await make.WaitForExitAsync();
        }

        foreach (var (path, found) in new[] { (pipe, "a pipe"), ("/dev/stdout", "a device"), ("/proc/self/fd/1", "a device") })
        {
            using var cli = new TestCli();
            Assert.Equal(2, await cli.RunAsync("grade", "--task", "countdown", "-i", "x", "-o", path));
            Assert.StartsWith($"error: --output: {path} is {found}; expected a file\n", cli.Error.ToString(), StringComparison.Ordinal);
        }

        Assert.Equal(["pipe"], folder.Names);
    }

    [Theory]
    [InlineData("traces", "show", "x", "--contains=--jsno")]
    [InlineData("traces", "show", "x", "--seed", "-1")]
    [InlineData("traces", "show", "x", "--contains", "- a list item")]
    [InlineData("traces", "show", "--", "--x")]
    [InlineData("traces", "build", "-i", "x", "-o", "y", "--variants", "")]
    public async Task Values_that_only_look_like_options_are_values(params string[] line)
    {
        // The commands run and find no such folder.
        Assert.Equal(2, await _cli.RunAsync(line));
        Assert.DoesNotContain("--help", _cli.Error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--help", "skillfactory run recipes/quickstart.yaml")]
    [InlineData("run --help", "--set grpo.steps=20")]
    [InlineData("pretrain --help", "--resume")]
    [InlineData("experiments list --help", "--workspace")]
    [InlineData("experiments show --help", "--workspace")]
    [InlineData("report --help", "[default: no]")]
    [InlineData("traces show --help", "--outcome wrong")]
    [InlineData("doctor --help", "--json")]
    public async Task The_help_of_each_command_has_examples(string line, string expected)
    {
        Assert.Equal(0, await _cli.RunAsync(line.Split(' ')));
        Assert.Contains(expected, _cli.Out.ToString(), StringComparison.Ordinal);
        Assert.Contains("Examples:", _cli.Out.ToString(), StringComparison.Ordinal);
        Assert.Equal("", _cli.Error.ToString());
    }

    [Fact]
    public async Task A_missing_recipe_is_a_user_error()
    {
        Assert.Equal(2, await _cli.RunAsync("run", "no/such/recipe.yaml"));
        Assert.StartsWith("error: no/such/recipe.yaml: no such file", _cli.Error.ToString(), StringComparison.Ordinal);
        Assert.Empty(_cli.System.Calls);
    }

    [Fact]
    public async Task Experiments_are_listed_and_found_by_a_prefix_of_their_id()
    {
        Assert.Equal(0, await _cli.RunAsync("experiments", "list"));
        Assert.Contains("No experiments in ./runs yet.", _cli.Out.ToString(), StringComparison.Ordinal);

        _cli.System.Phase = Contracts.Experiments.ExperimentPhase.Paused;
        Assert.Equal(0, await _cli.RunAsync("experiments", "list", "-w", "/there"));
        Assert.Contains("open /there", _cli.System.Calls);
        Assert.Contains("demo-12345678", _cli.Out.ToString(), StringComparison.Ordinal);
        Assert.Contains("paused", _cli.Out.ToString(), StringComparison.Ordinal);

        Assert.Equal(0, await _cli.RunAsync("experiments", "show", "demo-12"));
        Assert.Contains("Run folder: /runs/demo", _cli.Out.ToString(), StringComparison.Ordinal);

        Assert.Equal(2, await _cli.RunAsync("experiments", "show", "dmeo-12345678"));
        Assert.Contains("did you mean 'demo-12345678'?", _cli.Error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Experiments_are_printed_as_json()
    {
        Assert.Equal(0, await _cli.RunAsync("experiments", "list", "--json"));
        Assert.Equal("{\"experiments\":[]}", Compact());

        _cli.System.Phase = Contracts.Experiments.ExperimentPhase.Failed;
        _cli.System.Failure = new("the disk is full", IsUserError: true, "");
        Assert.Equal(0, await _cli.RunAsync("experiments", "list", "--json"));
        const string Facts =
            "\"id\":\"demo-12345678\",\"name\":\"demo\",\"state\":\"failed\",\"submittedAt\":\"0001-01-01T00:00:00+00:00\","
            + "\"runFolder\":\"/runs/demo\"";
        Assert.Equal("{\"experiments\":[{" + Facts + "}]}", Compact());

        Assert.Equal(0, await _cli.RunAsync("experiments", "show", "demo", "--json"));
        Assert.Equal("{" + Facts + ",\"error\":\"the disk is full\",\"stages\":[]}", Compact());

        Assert.Equal(0, await _cli.RunAsync("report", "demo", "--json"));
        Assert.Equal("{\"id\":\"demo-12345678\",\"runFolder\":\"/runs/demo\",\"report\":\"/runs/demo/report.html\"}", Compact());
    }

    /// <summary>The output so far as one line, which is then forgotten.</summary>
    private string Compact()
    {
        var text = System.Text.Json.Nodes.JsonNode.Parse(_cli.Out.ToString())!.ToJsonString();
        _cli.Out.GetStringBuilder().Clear();
        return text.Replace("\\u002B", "+", StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_report_is_copied_to_a_folder_that_holds_nothing_else()
    {
        _cli.System.Phase = Contracts.Experiments.ExperimentPhase.Completed;
        using var folder = new TemporaryFolder();
        var copy = Path.Combine(folder.Path, "copy");
        Assert.Equal(0, await _cli.RunAsync("report", "demo", "--output", copy + "/"));
        Assert.Contains($"export {copy}", _cli.System.Calls);
        Assert.Contains($"Report: {copy}/report.html", _cli.Out.ToString(), StringComparison.Ordinal);

        folder.File("recipe.yaml", "mine");
        Assert.Equal(2, await _cli.RunAsync("report", "demo", "--output", folder.Path));
        Assert.Contains("holds files that no run has written (copy, recipe.yaml)", _cli.Error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_folder_that_cannot_be_written_is_a_user_error_that_names_the_way_out()
    {
        _cli.System.Phase = Contracts.Experiments.ExperimentPhase.Completed;
        _cli.System.ExportError = new IOException("Read-only file system : '/runs/demo/recipe.yaml'");
        Assert.Equal(2, await _cli.RunAsync("report", "demo"));
        Assert.Equal(
            "error: the run folder /runs/demo cannot be written: Read-only file system : '/runs/demo/recipe.yaml'; "
                + "to write a copy elsewhere, give a folder with --output\n",
            _cli.Error.ToString()
        );
    }

    [Fact]
    public async Task Report_writes_the_run_folder_and_opens_the_report_only_on_request()
    {
        _cli.System.Phase = Contracts.Experiments.ExperimentPhase.Completed;
        Assert.Equal(0, await _cli.RunAsync("report", "demo"));
        Assert.Contains("export", _cli.System.Calls);
        Assert.DoesNotContain("opened", _cli.Out.ToString(), StringComparison.Ordinal);
        Assert.Equal(0, await _cli.RunAsync("report", "demo", "--open", "yes"));
        Assert.Contains("opened /runs/demo/report.html", _cli.Out.ToString(), StringComparison.Ordinal);
    }
}
