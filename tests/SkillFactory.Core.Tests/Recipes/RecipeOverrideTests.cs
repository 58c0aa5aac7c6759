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
}
