namespace SkillFactory.ProcessTests;

public sealed class ExitCodeTests
{
    [Theory]
    [InlineData("run no-such-recipe.yaml", 2, "", "error: no-such-recipe.yaml: no such file")]
    [InlineData("experiments list --workspace no-such-workspace", 2, "", "error: There is no workspace at")]
    [InlineData("rnu", 2, "", "error: 'rnu' is not a command; did you mean 'run'?")]
    [InlineData("--help", 0, "Examples:", "")]
    [InlineData("--version", 0, "0.", "")]
    public async Task Errors_go_to_stderr_with_their_exit_code(string arguments, int code, string output, string error)
    {
        using var process = CliProcess.Start(arguments.Split(' '));
        var (exit, standardOutput, standardError) = await process.WaitForExitAsync();
        Assert.Equal(code, exit);
        Assert.Contains(output, standardOutput, StringComparison.Ordinal);
        Assert.Contains(error, standardError, StringComparison.Ordinal);
        if (code != 0)
        {
            Assert.Equal("", standardOutput);
        }
    }
}
