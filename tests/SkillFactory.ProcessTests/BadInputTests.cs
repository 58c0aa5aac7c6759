using System.Text.Json.Nodes;

namespace SkillFactory.ProcessTests;

/// <summary>A user error is reported in one line with exit code 2, before anything is started or written.</summary>
public sealed class BadInputTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _recipe;
    private readonly string _model;

    public BadInputTests()
    {
        _recipe = Path.Combine(_folder.Path, "recipe.yaml");
        _model = Path.Combine(_folder.Path, "model");
        Directory.CreateDirectory(_model);
        foreach (var file in Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "models", "tiny-base")))
        {
            File.Copy(file, Path.Combine(_model, Path.GetFileName(file)));
        }

        Replace(null, "../models/tiny-base", "model");
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("questions: 48", "question: 48", "recipe.yaml:12: sampling.question: unknown key 'question'; did you mean 'questions'?")]
    [InlineData("batchSize: 4", "batchSize: four", "recipe.yaml:31: sft.batchSize: found 'four'; expected a whole number")]
    [InlineData("model: model", "model: nowhere", "there is no folder")]
    [InlineData("model: model", "model: nowhere", "(paths in a recipe start from its folder, ")]
    [InlineData("model: model", "model: models/tiny-base", "models/tiny-base, write ../")]
    [InlineData("model: model", "model: Qwen/Qwen2.5-1.5B", "'skillfactory pull Qwen/Qwen2.5-1.5B --output models/Qwen2.5-1.5B'")]
    [InlineData("model: model", "model: recipe.yaml", "recipe.yaml is a file; expected a Hugging Face model folder")]
    public async Task A_mistake_in_the_recipe_is_reported(string oldText, string newText, string message)
    {
        Replace(_recipe, oldText, newText);
        await AssertRefusedAsync(message);
    }

    [Theory]
    [InlineData("config.json", "vocab_size", 700, "they belong to different models")]
    [InlineData("config.json", "num_hidden_layers", 9, "has no tensor 'model.layers.")]
    [InlineData("config.json", "intermediate_size", 8, "config.json requires [8, ")]
    [InlineData("tokenizer_config.json", "chat_template", null, "has no chat_template")]
    public async Task Contradicting_files_of_a_model_are_reported(string file, string key, int? value, string message)
    {
        var path = Path.Combine(_model, file);
        var json = JsonNode.Parse(await File.ReadAllTextAsync(path))!.AsObject();
        json.Remove(key);
        if (value is not null)
        {
            json[key] = value;
        }

        await File.WriteAllTextAsync(path, json.ToJsonString());
        await AssertRefusedAsync(message);
    }

    [Fact]
    public async Task Truncated_weights_are_reported()
    {
        await using (var file = File.OpenWrite(Path.Combine(_model, "model.safetensors")))
        {
            file.SetLength(file.Length - 1000);
        }

        await AssertRefusedAsync("model.safetensors: truncated");
    }

    [Theory]
    [InlineData("model.safetensors")]
    [InlineData("tokenizer.json")]
    public async Task A_git_lfs_pointer_is_named(string file)
    {
        await File.WriteAllTextAsync(Path.Combine(_model, file), "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 9\n");
        await AssertRefusedAsync($"{file}: a Git LFS pointer, not the file itself; fetch it with 'git -C {_model} lfs pull'");
    }

    [Fact]
    public async Task A_lora_adapter_is_named()
    {
        File.Delete(Path.Combine(_model, "model.safetensors"));
        await File.WriteAllTextAsync(Path.Combine(_model, "adapter_config.json"), "{}");
        await AssertRefusedAsync("holds a LoRA adapter (adapter_config.json), not a model. Merge it into its base: python -c");
    }

    [Fact]
    public async Task Weights_that_are_not_finite_are_reported_before_anything_starts()
    {
        await using (var file = File.OpenWrite(Path.Combine(_model, "model.safetensors")))
        {
            // The last value of the last tensor: NaN as F32, and as BF16.
            file.Seek(-4, SeekOrigin.End);
            file.Write([0xc0, 0x7f, 0xc0, 0x7f]);
        }

        await AssertRefusedAsync("holds values that are not finite (NaN or infinity)");
    }

    [Fact]
    public async Task A_pretraining_recipe_is_named_with_its_command()
    {
        await File.WriteAllTextAsync(_recipe, "name: base\noutput: model\ncorpus: { }\n");
        await AssertRefusedAsync("is a pretraining recipe (it has the keys output, corpus); to train that model: skillfactory pretrain");
    }

    [Fact]
    public async Task A_folder_of_the_user_is_not_overwritten()
    {
        var folder = Directory.CreateDirectory(Path.Combine(_folder.Path, "mine")).FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "recipe.yaml"), "mine");
        await AssertRefusedAsync("holds files that no run has written (recipe.yaml)", "--output", folder);
        Assert.Equal(["recipe.yaml"], Directory.EnumerateFileSystemEntries(folder).Select(Path.GetFileName));
        Assert.Equal("mine", await File.ReadAllTextAsync(Path.Combine(folder, "recipe.yaml")));
    }

    private async Task AssertRefusedAsync(string message, params string[] options)
    {
        var workspace = Path.Combine(_folder.Path, "workspace");
        using var process = CliProcess.Start(["run", _recipe, "--workspace", workspace, .. options]);
        var (exit, output, error) = await process.WaitForExitAsync();
        Assert.Equal((2, ""), (exit, output));
        Assert.StartsWith("error: ", error, StringComparison.Ordinal);
        Assert.Contains(message, error, StringComparison.Ordinal);
        Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.False(Directory.Exists(workspace));
    }

    private void Replace(string? path, string oldText, string newText)
    {
        var text = File.ReadAllText(path ?? Path.Combine(AppContext.BaseDirectory, "Recipes", "every-stage.yaml"));
        Assert.Contains(oldText, text, StringComparison.Ordinal);
        File.WriteAllText(_recipe, text.Replace(oldText, newText, StringComparison.Ordinal));
    }
}
