using SkillFactory.Cli.Running;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Cli.Tests.Running;

public sealed class RunFolderClaimTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("skillfactory-test-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void A_folder_has_one_writer_at_a_time()
    {
        using (RunFolderClaim.Take(_folder.FullName, "a-1"))
        {
            Assert.Contains("is being written by another process", Refused("a-1"), StringComparison.Ordinal);
        }

        RunFolderClaim.Take(_folder.FullName, "a-1").Dispose();
    }

    [Fact]
    public void A_folder_holds_one_experiment()
    {
        Write("""{"run":{"id":"a-1"}}""");
        RunFolderClaim.Take(_folder.FullName, "a-1").Dispose();
        Assert.Contains("holds experiment a-1, and this is b-2", Refused("b-2"), StringComparison.Ordinal);

        // A refusal leaves no lock behind.
        RunFolderClaim.Take(_folder.FullName, "a-1").Dispose();
    }

    [Theory]
    [InlineData("not JSON")]
    [InlineData("[]")]
    [InlineData("""{"title":"mine"}""")]
    public void Somebody_elses_report_is_not_overwritten(string content)
    {
        Write(content);
        Assert.Contains("holds a report.json that is not a run's", Refused("a-1"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_that_cannot_be_made_is_named()
    {
        var file = Path.Combine(_folder.FullName, "file");
        File.WriteAllText(file, "");
        var error = Assert.Throws<UserErrorException>(() => RunFolderClaim.Take(Path.Combine(file, "run"), "a-1"));
        Assert.Contains($"The run folder {Path.Combine(file, "run")} cannot be used", error.Message, StringComparison.Ordinal);
    }

    private string Refused(string experiment) =>
        Assert.Throws<UserErrorException>(() => RunFolderClaim.Take(_folder.FullName, experiment)).Message;

    private void Write(string report) => File.WriteAllText(Path.Combine(_folder.FullName, "report.json"), report);
}
