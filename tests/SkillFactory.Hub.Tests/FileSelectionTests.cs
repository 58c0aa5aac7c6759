using SkillFactory.Primitives.Errors;

namespace SkillFactory.Hub.Tests;

public sealed class FileSelectionTests
{
    private static readonly HubRepository Model = HubRepository.Parse("lab/model");

    private static IReadOnlyList<HubFile> Files(params string[] paths) => [.. paths.Select(p => new HubFile(p, 1, null, "aa"))];

    private static string[] Select(HubRepository repository, string[] files, string[]? include = null, string[]? exclude = null) =>
        [.. FileSelection.Select(repository, Files(files), include ?? [], exclude ?? []).Select(f => f.Path)];

    [Fact]
    public void A_checkpoint_comes_without_copies_of_its_weights()
    {
        string[] wanted =
        [
            "chat_template.jinja",
            "config.json",
            "generation_config.json",
            "merges.txt",
            "model-00001-of-00002.safetensors",
            "model-00002-of-00002.safetensors",
            "model.safetensors.index.json",
            "tokenizer.json",
            "tokenizer_config.json",
            "vocab.json",
        ];
        string[] others = ["pytorch_model.bin", "model.gguf", "onnx/model.onnx", "original/consolidated.00.pth", ".gitattributes"];

        Assert.Equal(wanted, Select(Model, [.. others, .. wanted]));
    }

    [Fact]
    public void A_data_set_comes_with_all_its_tables() =>
        Assert.Equal(
            ["README.md", "main/test-0.parquet", "socratic/train.jsonl"],
            Select(HubRepository.Parse("datasets/lab/sums"), ["main/test-0.parquet", "README.md", "socratic/train.jsonl", "load.py"])
        );

    [Fact]
    public void Patterns_replace_the_default_and_take_away_from_it()
    {
        Assert.Equal(["a/x.txt"], Select(Model, ["config.json", "a/x.txt"], include: ["a/*.txt"]));
        Assert.Equal(["config.json"], Select(Model, ["config.json", "tokenizer.json"], exclude: ["tokenizer*"]));
    }

    [Fact]
    public void A_pattern_without_a_file_is_named_with_what_there_is()
    {
        var error = Assert.Throws<UserErrorException>(() => Select(Model, ["config.json"], include: ["*.parquet"]));

        Assert.Contains("'*.parquet'; it holds config.json", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_repository_without_a_checkpoint_is_refused()
    {
        var error = Assert.Throws<UserErrorException>(() => Select(Model, ["model.gguf"]));

        Assert.Contains("It holds model.gguf", error.Message, StringComparison.Ordinal);
    }
}
