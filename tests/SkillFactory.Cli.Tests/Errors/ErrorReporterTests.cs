using SkillFactory.Cli.Errors;
using SkillFactory.Contracts.State;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Cli.Tests.Errors;

public class ErrorReporterTests
{
    public static TheoryData<Exception, int, string> Cases =>
        new()
        {
            { new UserErrorException("recipe.yaml:3: grpo.stepz: unknown key"), 2, "error: recipe.yaml:3: grpo.stepz: unknown key" },
            { new InvalidOperationException("outer", new UserErrorException("inner says it")), 2, "error: inner says it" },
            {
                new AggregateException(new IOException("a"), new InvalidOperationException("b", new UserErrorException("deep"))),
                2,
                "error: deep"
            },
            {
                new IOException("No space left on device : '/runs/x'", 28),
                2,
                "error: the disk is full: No space left on device : '/runs/x'"
            },
            {
                new InvalidOperationException("storage", new StateFormatException("The stored X is null.")),
                2,
                "error: the experiments' state is damaged: The stored X is null. Move"
            },
            { new UnauthorizedAccessException("Access to the path '/x' is denied."), 2, "error: Access to the path '/x' is denied." },
            { new IOException("the cable is out", 5), 1, "error: unexpected: the cable is out (IOException)" },
            {
                new InvalidOperationException("outer", new ArithmeticException("two\nlines")),
                1,
                "error: unexpected: two lines (ArithmeticException)"
            },
        };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Each_exception_has_its_exit_code_and_one_message(Exception exception, int code, string begins)
    {
        var error = new StringWriter();
        Assert.Equal(code, ErrorReporter.Report(exception, error, verbose: false, logFolder: null));
        var lines = error.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);
        Assert.StartsWith(begins, lines[0], StringComparison.Ordinal);
        Assert.Equal(code == ExitCodes.UserError ? 1 : 2, lines.Length);
    }

    [Fact]
    public void Verbose_prints_the_stack_trace_and_an_existing_log_folder_is_named()
    {
        var exception = Assert.Throws<InvalidOperationException>(Fail);
        var error = new StringWriter();
        var folder = Path.GetTempPath();
        ErrorReporter.Report(exception, error, verbose: true, folder);
        Assert.Contains(nameof(Fail), error.ToString(), StringComparison.Ordinal);
        Assert.Contains($"The log is in {folder}", error.ToString(), StringComparison.Ordinal);

        var quiet = new StringWriter();
        ErrorReporter.Report(exception, quiet, verbose: false, Path.Combine(folder, "no such folder"));
        Assert.DoesNotContain(nameof(Fail), quiet.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("The log", quiet.ToString(), StringComparison.Ordinal);
        Assert.Contains("--verbose", quiet.ToString(), StringComparison.Ordinal);
    }

    private static void Fail() => throw new InvalidOperationException("broken");
}
