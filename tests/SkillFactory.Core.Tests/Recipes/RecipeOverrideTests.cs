using SkillFactory.Core.Recipes;
using SkillFactory.Core.Recipes.Rules;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Core.Tests.Recipes;

public sealed class RecipeOverrideTests : IDisposable
{
    private readonly string _path = Path.Combine(Path.GetTempPath(), $"recipe-{Guid.NewGuid():n}.yaml");

    public RecipeOverrideTests() => File.WriteAllText(_path, RecipeText.Valid);

    public void Dispose() => File.Delete(_path);

    [Fact]
    public void Overrides_replace_single_values_in_their_order()
    {
        var plain = RecipeReader.Read(_path);
        var (changed, _) = RecipeReader.Read(
            _path,
            ["grpo.steps=7", "seeds=[4, 5]", "grpo.decoding.temperature=0.5", "sft.epochs=1", "grpo.steps=8"]
        );
        Assert.Equal(8, changed.Grpo.Steps);
        Assert.Equal([4L, 5L], changed.Seeds);
        Assert.Equal(plain.Grpo with { Steps = 8, Decoding = plain.Grpo.Decoding with { Temperature = 0.5 } }, changed.Grpo);
        Assert.Equal(plain.Sft with { Epochs = 1 }, changed.Sft);
        Assert.Equal(plain.Model, changed.Model);
    }

    [Theory]
    [InlineData("grpo.stepz=7", "steps")]
    [InlineData("grpo.steps=many", "grpo.steps")]
    [InlineData("=7", "KEY.PATH=VALUE")]
    [InlineData("grpo", "KEY.PATH=VALUE")]
    [InlineData("grpo..steps=1", "path of keys")]
    [InlineData("grpo.steps=1\nsft: {}", "more than one value")]
    [InlineData("seeds=[1", "not valid YAML")]
    public void An_error_quotes_the_override_and_says_what_was_expected(string text, string expected)
    {
        var error = Assert.Throws<UserErrorException>(() => RecipeReader.Read(_path, [text]));
        Assert.Contains(text, error.Message, StringComparison.Ordinal);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("grpo.steps=many", "with grpo.steps=many: grpo.steps: found 'many'; expected a whole number")]
    [InlineData("device=gpu", "with device=gpu: device: found 'gpu'; expected cpu")]
    [InlineData("seeds=[1, x]", "with seeds=[1, x]: seeds[1]: found 'x'; expected a whole number")]
    public void A_value_of_the_command_line_has_no_line_of_the_file(string text, string expected) =>
        Assert.StartsWith(
            expected,
            Assert.Throws<UserErrorException>(() => RecipeReader.Read(_path, [text])).Message,
            StringComparison.Ordinal
        );

    [Fact]
    public void Keys_beside_an_override_keep_their_line()
    {
        var lines = RecipeText.Valid.Split('\n');
        var line = Array.FindIndex(lines, l => l.StartsWith("grpo:", StringComparison.Ordinal)) + 1;
        var places = RecipeReader.Read(_path, ["grpo.learningRate=1e-4"]).Places;
        Assert.StartsWith(
            $"with grpo.learningRate=1e-4: {_path}:{line}: grpo.seed: x",
            places.Error("grpo.seed", "x").Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_Git_LFS_pointer_in_place_of_a_recipe_is_named()
    {
        File.WriteAllText(_path, "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n");
        Assert.StartsWith(
            $"{_path}: a Git LFS pointer, not the file itself",
            Assert.Throws<UserErrorException>(() => RecipeReader.Read(_path)).Message,
            StringComparison.Ordinal
        );
    }
}
