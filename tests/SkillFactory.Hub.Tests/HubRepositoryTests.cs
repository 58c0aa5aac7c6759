using SkillFactory.Primitives.Errors;

namespace SkillFactory.Hub.Tests;

public sealed class HubRepositoryTests
{
    [Theory]
    [InlineData("Qwen/Qwen2.5-0.5B", HubKind.Model, "Qwen/Qwen2.5-0.5B", "main")]
    [InlineData("gpt2", HubKind.Model, "gpt2", "main")]
    [InlineData("allenai/OLMo-2-0425-1B@stage1-step1000", HubKind.Model, "allenai/OLMo-2-0425-1B", "stage1-step1000")]
    [InlineData("lab/model@refs/pr/3", HubKind.Model, "lab/model", "refs/pr/3")]
    [InlineData("datasets/openai/gsm8k", HubKind.DataSet, "openai/gsm8k", "main")]
    [InlineData("https://huggingface.co/Qwen/Qwen3-0.6B", HubKind.Model, "Qwen/Qwen3-0.6B", "main")]
    [InlineData("https://huggingface.co/Qwen/Qwen3-0.6B/tree/v1.0", HubKind.Model, "Qwen/Qwen3-0.6B", "v1.0")]
    [InlineData("https://huggingface.co/datasets/openai/gsm8k/", HubKind.DataSet, "openai/gsm8k", "main")]
    [InlineData("hf://lab/model@abc123", HubKind.Model, "lab/model", "abc123")]
    [InlineData(" lab/model ", HubKind.Model, "lab/model", "main")]
    public void A_name_or_address_is_read(string text, HubKind kind, string name, string revision) =>
        Assert.Equal(new HubRepository(kind, name, revision), HubRepository.Parse(text));

    [Theory]
    [InlineData("")]
    [InlineData("a/b/c")]
    [InlineData("../model")]
    [InlineData("lab/model@")]
    [InlineData("./models/tiny-base")]
    [InlineData("https://example.com/lab/model")]
    public void Anything_else_is_refused_with_an_example(string text)
    {
        var error = Assert.Throws<UserErrorException>(() => HubRepository.Parse(text));

        Assert.Contains("expected ORG/NAME", error.Message, StringComparison.Ordinal);
    }
}
