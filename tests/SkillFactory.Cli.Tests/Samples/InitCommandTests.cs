using SkillFactory.Core.Recipes;

namespace SkillFactory.Cli.Tests.Samples;

public class InitCommandTests
{
    [Fact]
    public async Task Init_writes_recipes_that_can_be_read_and_the_model_they_name()
    {
        using var folder = new TemporaryFolder();
        using var cli = new TestCli();
        var target = Path.Combine(folder.Path, "lab");
        Assert.Equal(0, await cli.RunAsync("init", target));

        var recipe = RecipeReader.Read(Path.Combine(target, "recipes", "quickstart.yaml"));
        Assert.True(File.Exists(Path.Combine(recipe.Model, "model.safetensors")), recipe.Model);
        Assert.Contains("skillfactory run recipes/quickstart.yaml", cli.Out.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(Directory.EnumerateFiles(target, "*", SearchOption.AllDirectories), f =>
            f.EndsWith(".tmp", StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task Init_changes_no_file_of_the_user_and_says_which_one_is_in_the_way()
    {
        using var folder = new TemporaryFolder();
        using var cli = new TestCli();
        var mine = Path.Combine(folder.Path, "lab/recipes/quickstart.yaml");
        Directory.CreateDirectory(Path.GetDirectoryName(mine)!);
        await File.WriteAllTextAsync(mine, "name: mine");

        Assert.Equal(2, await cli.RunAsync("init", Path.Combine(folder.Path, "lab")));
        Assert.Equal("name: mine", await File.ReadAllTextAsync(mine));
        Assert.Single(Directory.EnumerateFiles(Path.Combine(folder.Path, "lab"), "*", SearchOption.AllDirectories));
        Assert.Contains("quickstart.yaml exists with other content", cli.Error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Init_completes_a_folder_that_it_filled_in_part()
    {
        using var folder = new TemporaryFolder();
        using var cli = new TestCli();
        var target = Path.Combine(folder.Path, "lab");
        Assert.Equal(0, await cli.RunAsync("init", target));
        var model = Path.Combine(target, "models", "tiny-base", "model.safetensors");
        var bytes = await File.ReadAllBytesAsync(model);
        File.Delete(model);

        Assert.Equal(0, await cli.RunAsync("init", target));
        Assert.Equal(bytes, await File.ReadAllBytesAsync(model));
    }

    [Fact]
    public async Task A_file_in_place_of_the_folder_is_an_error_of_the_user()
    {
        using var folder = new TemporaryFolder();
        using var cli = new TestCli();
        await File.WriteAllTextAsync(Path.Combine(folder.Path, "notes"), "");
        Assert.Equal(2, await cli.RunAsync("init", Path.Combine(folder.Path, "notes")));
        Assert.Contains("is a file; expected a folder", cli.Error.ToString(), StringComparison.Ordinal);
    }
}
