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
