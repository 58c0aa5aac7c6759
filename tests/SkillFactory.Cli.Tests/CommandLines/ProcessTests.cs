using System.Diagnostics;

namespace SkillFactory.Cli.Tests.CommandLines;

/// <summary>The program as a process of its own.</summary>
public class ProcessTests
{
    [Theory]
    [InlineData("run no-such-recipe.yaml", 2, "", "error: no-such-recipe.yaml: no such file")]
    [InlineData("experiments list --workspace no-such-workspace", 2, "", "error: There is no workspace at")]
    [InlineData("rnu", 2, "", "error: 'rnu' is not a command; did you mean 'run'?")]
    [InlineData("--help", 0, "Examples:", "")]
    [InlineData("--version", 0, "0.", "")]
    public async Task Exit_codes_and_streams_are_right(string arguments, int code, string output, string error)
    {
        var (exit, standard, errors) = await RunAsync(arguments);
        Assert.Equal(code, exit);
        Assert.Contains(output, standard, StringComparison.Ordinal);
        Assert.Contains(error, errors, StringComparison.Ordinal);
        if (code != 0)
        {
            Assert.Equal("", standard);
        }
    }

    private static async Task<(int Exit, string Out, string Error)> RunAsync(string arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "skillfactory.dll"), .. arguments.Split(' ')])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetTempPath(),
        };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, await output, await error);
    }
}
