using SkillFactory.Cli.Running;

namespace SkillFactory.Cli.Tests.Running;

public sealed class RunFolderPathTests
{
    [Theory]
    [InlineData("runs", "runs/smoke-1", "smoke-1")]
    [InlineData("runs", "runs/mine/a/", "mine/a")]
    [InlineData("/data/runs", "/data/runs/..x", "..x")]
    public void A_run_folder_moves_with_its_workspace(string workspace, string folder, string kept)
    {
        Assert.Equal(kept, RunFolderPath.Kept(workspace, folder).Replace('\\', '/'));
        Assert.Equal(Path.GetFullPath(Path.Combine("elsewhere", kept)), RunFolderPath.Full("elsewhere", kept));
    }

    [Fact]
    public void A_run_folder_outside_the_workspace_stays_where_it_is()
    {
        var full = Path.GetFullPath("mine");
        Assert.Equal(full, RunFolderPath.Kept("runs", "mine/"));
        Assert.Equal(full, RunFolderPath.Full("elsewhere", full));
    }
}
