namespace SkillFactory.ProcessTests;

public sealed class ExitCodeTests
{
    [Theory]
    [InlineData("-")]
    [InlineData("/dev/stdin")]
    public async Task Responses_are_graded_from_a_pipe(string input)
    {
        if (OperatingSystem.IsWindows() && input != "-")
        {
            return;
        }

        const string Row = """{"gold":"8 6 4 = 44 exactly_once","response":"<answer>8*6-4</answer>"}""";
        using var process = CliProcess.StartWithInput(Row + "\n", "grade", "--task", "countdown", "-i", input, "--json");
        var (exit, output, error) = await process.WaitForExitAsync();
        Assert.Equal((0, ""), (exit, error));
        Assert.Contains("\"accuracy\": 1", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_empty_workspace_is_a_user_error()
    {
        using var process = CliProcess.Start("experiments", "list", "-w", "");
        var (exit, output, error) = await process.WaitForExitAsync();
        Assert.Equal((2, ""), (exit, output));
        Assert.StartsWith("error: --workspace is empty; expected a folder", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("run no-such-recipe.yaml", 2, "", "error: no-such-recipe.yaml: no such file")]
    [InlineData("experiments list --workspace no-such-workspace", 2, "", "error: There is no workspace at")]
    [InlineData("rnu", 2, "", "error: 'rnu' is not a command; did you mean 'run'?")]
    [InlineData("experiments list --jsno", 2, "", "error: '--jsno' is not an option of 'experiments list'; did you mean '--json'?")]
    [InlineData("experiments list -w skillfactory.dll", 2, "", "error: --workspace: skillfactory.dll is a file; expected a folder")]
    [InlineData("run no-such-recipe.yaml -o skillfactory.dll/run", 2, "", "error: --output: skillfactory.dll is a file; expected a folder")]
    [InlineData("run Recipes/every-stage.yaml --resume -w none", 2, "", "error: there is nothing to resume: there is no workspace none")]
    [InlineData("run Recipes/every-stage.yaml -o .", 2, "", "holds files that no run has written")]
    [InlineData("run Recipes", 2, "", "error: Recipes is a folder; expected a recipe, which is a YAML file")]
    [InlineData("pretrain Recipes/every-stage.yaml", 2, "", "error: Recipes/every-stage.yaml is the recipe of an experiment")]
    [InlineData("--help", 0, "Examples:", "")]
    [InlineData("--version", 0, "0.", "")]
    public async Task Errors_go_to_stderr_with_their_exit_code(string arguments, int code, string output, string error)
    {
        using var process = CliProcess.Start(arguments.Split(' '));
        var (exit, standardOutput, standardError) = await process.WaitForExitAsync();
        Assert.Equal(code, exit);
        Assert.Contains(output, standardOutput, StringComparison.Ordinal);
        Assert.Contains(error, standardError, StringComparison.Ordinal);
        Assert.DoesNotContain("unexpected", standardError, StringComparison.Ordinal);
        if (code != 0)
        {
            Assert.Equal("", standardOutput);
        }
    }
}
