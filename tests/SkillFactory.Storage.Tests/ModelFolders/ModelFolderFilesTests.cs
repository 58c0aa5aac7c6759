using SkillFactory.Primitives.Errors;
using SkillFactory.Storage.ModelFolders;

namespace SkillFactory.Storage.Tests.ModelFolders;

/// <summary>What people have in place of a model folder is named for what it is, with the command that mends it.</summary>
public sealed class ModelFolderFilesTests : IDisposable
{
    private const string Pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a2146\nsize 3087467144\n";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_complete_folder_is_accepted()
    {
        Model();
        ModelFolderFiles.Require(_folder.Path);
        File.Move(Path.Combine(_folder.Path, "model.safetensors"), Path.Combine(_folder.Path, "model-1.safetensors"));
        _folder.File("model.safetensors.index.json", "{}");
        ModelFolderFiles.Require(_folder.Path);
    }

    [Fact]
    public void All_missing_files_are_named()
    {
        Assert.Equal(
            $"model folder '{_folder.Path}' lacks config.json, tokenizer.json, tokenizer_config.json, "
                + "model.safetensors (or model.safetensors.index.json); it holds no files",
            Refused()
        );
        _folder.File("config.json", "{}");
        Assert.EndsWith("; found config.json", Refused(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("pytorch_model.bin", "convert them to safetensors")]
    [InlineData("model.gguf", "GGUF files are not supported")]
    public void Weights_of_other_formats_are_named(string file, string message)
    {
        _folder.File(file, "x");
        Assert.Contains(message, Refused(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("model.safetensors")]
    [InlineData("tokenizer.json")]
    [InlineData("config.json")]
    [InlineData("chat_template.jinja")]
    [InlineData("model-00001-of-00002.safetensors")]
    public void A_git_lfs_pointer_is_named_with_the_command_that_fetches_the_file(string file)
    {
        Model();
        var path = _folder.File(file, Pointer);
        var message = Refused();
        Assert.StartsWith($"{path}: a Git LFS pointer", message, StringComparison.Ordinal);
        Assert.Contains($"'git -C {_folder.Path} lfs pull'", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_lora_adapter_is_named_with_the_command_that_merges_it()
    {
        _folder.File("adapter_config.json", """{"base_model_name_or_path":"Qwen/Qwen2.5-1.5B"}""");
        _folder.File("adapter_model.safetensors", "x");
        _folder.File("tokenizer.json", "{}");
        var message = Refused();
        Assert.Contains("holds a LoRA adapter (adapter_config.json), not a model", message, StringComparison.Ordinal);
        Assert.Contains($"M.from_pretrained('{_folder.Path}').merge_and_unload()", message, StringComparison.Ordinal);
        Assert.Contains("T.from_pretrained('Qwen/Qwen2.5-1.5B')", message, StringComparison.Ordinal);

        Model();
        Assert.Contains("holds both a model and a LoRA adapter", Refused(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("grpo")]
    [InlineData("snapshots/8faed761")]
    [InlineData("checkpoints/1/skillfactory/grpo")]
    public void A_folder_of_models_names_them(string name)
    {
        var inner = Directory.CreateDirectory(Path.Combine(_folder.Path, name)).FullName;
        File.WriteAllText(Path.Combine(inner, "config.json"), "{}");
        Assert.EndsWith($"it holds models in {inner}", Refused(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_and_a_missing_folder_are_named()
    {
        var file = _folder.File("a.txt", "");
        Assert.Equal($"{file} is a file; expected a Hugging Face model folder", Refused(file));

        Directory.CreateDirectory(Path.Combine(_folder.Path, "tiny-base"));
        var missing = Path.Combine(_folder.Path, "tiny-bas");
        Assert.StartsWith($"there is no folder {missing}", Refused(missing), StringComparison.Ordinal);
        Assert.EndsWith("did you mean 'tiny-base'?", Refused(missing), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Qwen/Qwen2.5-1.5B", "Qwen/Qwen2.5-1.5B")]
    [InlineData("https://huggingface.co/Qwen/Qwen2.5-1.5B/tree/main", "Qwen/Qwen2.5-1.5B")]
    [InlineData("http://hf.co/a/b_c", "a/b_c")]
    [InlineData("../models/tiny", null)]
    [InlineData("models/absent", null)]
    [InlineData("models/here", null)]
    [InlineData("runs/quickstart-1a2b3c4d", null)]
    [InlineData("tiny", null)]
    [InlineData("a/b/c", null)]
    [InlineData("/models/tiny", null)]
    public void Names_of_models_on_the_hub_are_told_from_paths(string path, string? name)
    {
        Directory.CreateDirectory(Path.Combine(_folder.Path, "models", "here"));
        Assert.Equal(name, HubModel.NameOf(path, _folder.Path));
        Assert.Equal(name, HubModel.NameOf(Path.GetFullPath(Path.Combine(_folder.Path, path)), _folder.Path));
    }

    [Fact]
    public void The_advice_downloads_to_a_folder_and_names_it_from_the_recipe()
    {
        var advice = HubModel.Advice("Qwen/Qwen2.5-1.5B", Path.GetFullPath("recipes"));
        Assert.Contains("'skillfactory pull Qwen/Qwen2.5-1.5B --output models/Qwen2.5-1.5B'", advice, StringComparison.Ordinal);
        Assert.EndsWith("then name the folder ../models/Qwen2.5-1.5B", advice, StringComparison.Ordinal);
    }

    private void Model()
    {
        foreach (var name in ModelFolderFiles.Required.Append(ModelFolderFiles.Weights))
        {
            _folder.File(name, "{}");
        }
    }

    private string Refused(string? folder = null) =>
        Assert.Throws<UserErrorException>(() => ModelFolderFiles.Require(folder ?? _folder.Path)).Message;
}
