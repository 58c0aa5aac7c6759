using SkillFactory.Cli.Running;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Cli.Tests.Running;

public sealed class RunFolderLockTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Only_one_process_can_lock_a_folder()
    {
        using (RunFolderLock.Acquire(_folder.Path, "a-1"))
        {
            Assert.Contains("is in use by another process", Refused("a-1"), StringComparison.Ordinal);
        }

        RunFolderLock.Acquire(_folder.Path, "a-1").Dispose();
    }

    [Fact]
    public void A_folder_of_another_experiment_is_refused()
    {
        Write("""{"run":{"id":"a-1"}}""");
        RunFolderLock.Acquire(_folder.Path, "a-1").Dispose();
        Assert.Contains("holds experiment a-1, not b-2", Refused("b-2"), StringComparison.Ordinal);

        // A refusal releases the lock.
        RunFolderLock.Acquire(_folder.Path, "a-1").Dispose();
    }

    [Theory]
    [InlineData("not JSON")]
    [InlineData("[]")]
    [InlineData("""{"title":"mine"}""")]
    public void A_report_json_of_another_program_is_not_overwritten(string content)
    {
        Write(content);
        Assert.Contains("holds a report.json that is not the report of a run", Refused("a-1"), StringComparison.Ordinal);
    }

    [Fact]
    public void Files_that_no_run_has_written_are_not_overwritten()
    {
        File.WriteAllText(Path.Combine(_folder.Path, "recipe.yaml"), "mine");
        Assert.Contains("holds files that no run has written (recipe.yaml)", Refused("a-1"), StringComparison.Ordinal);
        Assert.Equal(["recipe.yaml"], _folder.Names);
    }

    [Fact]
    public void A_run_that_ended_before_its_first_report_finds_its_folder_again()
    {
        RunFolderLock.Acquire(_folder.Path, "a-1").Dispose();
        File.WriteAllText(Path.Combine(_folder.Path, "recipe.yaml"), "name: a");
        RunFolderLock.Acquire(_folder.Path, "a-1").Dispose();
        Assert.Contains("holds experiment a-1, not b-2", Refused("b-2"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_that_a_run_began_to_use_and_left_empty_is_free()
    {
        File.WriteAllText(Path.Combine(_folder.Path, ".lock"), "");
        RunFolderLock.Acquire(_folder.Path, "a-1").Dispose();
    }

    [Fact]
    public void A_folder_that_cannot_be_created_is_reported()
    {
        var file = Path.Combine(_folder.Path, "file");
        File.WriteAllText(file, "");
        var error = Assert.Throws<UserErrorException>(() => RunFolderLock.Acquire(Path.Combine(file, "run"), "a-1"));
        Assert.Contains($"The run folder {Path.Combine(file, "run")} cannot be used", error.Message, StringComparison.Ordinal);
    }

    private string Refused(string experiment) =>
        Assert.Throws<UserErrorException>(() => RunFolderLock.Acquire(_folder.Path, experiment)).Message;

    private void Write(string report) => File.WriteAllText(Path.Combine(_folder.Path, "report.json"), report);

    [Fact]
    public void A_folder_that_cannot_be_written_is_refused_before_anything_starts()
    {
        // Nobody can make a folder there, not even the administrator.
        if (OperatingSystem.IsLinux())
        {
            var error = Assert.Throws<UserErrorException>(() => RunFolderLock.RequireUsable("/proc/run", _folder.Path));
            Assert.StartsWith("The run folder /proc/run cannot be used: ", error.Message, StringComparison.Ordinal);
        }

        RunFolderLock.RequireUsable(Path.Combine(_folder.Path, "new", "run"), Path.Combine(_folder.Path, "workspace"));
        Assert.Empty(_folder.Names);
    }
}
