using System.Text.Json.Nodes;
using SkillFactory.Engine.Checkpoints;
using SkillFactory.Primitives.Errors;
using SkillFactory.Storage.Safetensors;
using SkillFactory.Tokenization;
using SkillFactory.Tokenization.Templates;

namespace SkillFactory.Engine.Tests.Checkpoints;

public class HuggingFaceFolderTests
{
    private static readonly ModelConfig Config = new()
    {
        Shape = new()
        {
            VocabSize = 320,
            HiddenSize = 8,
            Layers = 1,
            Heads = 4,
            KvHeads = 2,
            HeadDim = 2,
            IntermediateSize = 12,
            RopeTheta = 1e6,
        },
        EosTokenIds = [300],
    };

    private static readonly (string Name, IReadOnlyList<long> Shape)[] Tensors =
    [
        ("model.embed_tokens.weight", [320, 8]),
        ("model.norm.weight", [8]),
    ];

    [Fact]
    public async Task A_folder_opens_with_config_tokenizer_and_weights()
    {
        using var folder = await Make();
        using var model = HuggingFaceFolder.Open(folder.Path);
        Assert.Equal(Config with { EosTokenIds = model.Config.EosTokenIds }, model.Config);
        Assert.Equal([300], model.EosTokenIds);
        Assert.Equal("hello", model.Tokenizer.Decode([259]));
        Assert.Equal(300, model.ChatTemplate.EndTokenId(model.Tokenizer));
        model.Require(Tensors);
        var norm = new float[8];
        model.ReadInto("model.norm.weight", norm);
        Assert.Equal(Enumerable.Range(0, 8).Select(i => (float)i), norm);
    }

    [Theory]
    [InlineData("{{ messages[0].content|wordwrap }}", "chat_template.jinja: chat template, line 1: the filter 'wordwrap' is not supported")]
    [InlineData("{% if not add_generation_prompt %}{{ messages|tojosn }}{% endif %}", "the filter 'tojosn' is not supported")]
    public async Task A_template_that_cannot_be_rendered_is_refused_when_the_folder_is_opened(string template, string reason)
    {
        using var folder = await Make();
        folder.File("chat_template.jinja", template);
        Assert.Contains(
            reason,
            Assert.Throws<UserErrorException>(() => HuggingFaceFolder.Open(folder.Path)).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Sharded_weights_are_read()
    {
        using var folder = await Make(weights: false);
        WriteWeights(Path.Combine(folder.Path, "model-1.safetensors"), Tensors[..1]);
        WriteWeights(Path.Combine(folder.Path, "model-2.safetensors"), Tensors[1..]);
        folder.File(
            "model.safetensors.index.json",
            """{"weight_map":{"model.embed_tokens.weight":"model-1.safetensors","model.norm.weight":"model-2.safetensors"}}"""
        );
        using var model = HuggingFaceFolder.Open(folder.Path);
        model.Require(Tensors);
        var norm = new float[8];
        model.ReadInto("model.norm.weight", norm);
        Assert.Equal(7f, norm[7]);
    }

    [Theory]
    [InlineData("""{"weight_map":{"model.norm.weight":"model-9.safetensors"}}""", "model-9.safetensors: cannot be read")]
    [InlineData("""{"weight_map":{"model.layers.0.x":"model-1.safetensors"}}""", "'model.layers.0.x' should be in 'model-1.safetensors'")]
    [InlineData("""{"weight_map":{"a":"../model-1.safetensors"}}""", "not the name of a file in the folder")]
    [InlineData("""{"weight_map":{"a":null}}""", "not the name of a file in the folder")]
    [InlineData("""{"weights":{}}""", "not an index of weights")]
    public async Task An_invalid_index_is_refused(string index, string reason)
    {
        using var folder = await Make(weights: false);
        WriteWeights(Path.Combine(folder.Path, "model-1.safetensors"), Tensors);
        folder.File("model.safetensors.index.json", index);
        Assert.Contains(reason, Message(folder), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_without_a_model_is_refused()
    {
        using var folder = await Make(weights: false);
        Assert.Contains("lacks model.safetensors", Message(folder), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public async Task Weights_that_are_not_finite_are_refused_by_name(float value)
    {
        using var folder = await Make();
        using (var model = HuggingFaceFolder.Open(folder.Path))
        {
            model.RequireFinite();
        }

        await using (var file = File.OpenWrite(Path.Combine(folder.Path, "model.safetensors")))
        {
            // The last value of the last tensor, as BF16: the upper half of a float.
            file.Seek(-2, SeekOrigin.End);
            file.Write(BitConverter.GetBytes(value).AsSpan(2));
        }

        using var damaged = HuggingFaceFolder.Open(folder.Path);
        var error = Assert.Throws<UserErrorException>(damaged.RequireFinite);
        Assert.Contains("tensor 'model.norm.weight' holds values that are not finite", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tensors_that_do_not_match_the_model_are_refused_by_name()
    {
        using var folder = await Make();
        using var model = HuggingFaceFolder.Open(folder.Path);
        string Refused(params (string, IReadOnlyList<long>)[] needed) =>
            Assert.Throws<UserErrorException>(() => model.Require(needed)).Message;
        Assert.Contains(
            "'model.norm.weight' has shape [8]; config.json requires [16]",
            Refused(Tensors[0], ("model.norm.weight", [16])),
            StringComparison.Ordinal
        );
        Assert.Contains("no tensor 'lm_head.weight'", Refused([.. Tensors, ("lm_head.weight", [320, 8])]), StringComparison.Ordinal);
        Assert.Contains("'model.norm.weight' is not part of the model", Refused(Tensors[0]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tensors_of_an_unsupported_type_are_refused_by_name()
    {
        using var folder = await Make(weights: false);
        WriteWeights(Path.Combine(folder.Path, "model.safetensors"), Tensors[..1]);
        var path = folder.File("other.safetensors", "");
        using (var stream = File.Create(path))
        {
            var writer = new SafetensorsWriter(stream, [new TensorPlan("model.norm.weight", TensorType.I32, [8])]);
            writer.Write("model.norm.weight", (ReadOnlySpan<byte>)new byte[32]);
            writer.Complete();
        }

        File.Move(Path.Combine(folder.Path, "model.safetensors"), Path.Combine(folder.Path, "one.safetensors"));
        folder.File(
            "model.safetensors.index.json",
            """{"weight_map":{"model.embed_tokens.weight":"one.safetensors","model.norm.weight":"other.safetensors"}}"""
        );
        using var model = HuggingFaceFolder.Open(folder.Path);
        Assert.Contains(
            "'model.norm.weight' has type I32; expected F32, F16 or BF16",
            Assert.Throws<UserErrorException>(() => model.Require(Tensors)).Message,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("300", "<|im_end|>", null)]
    [InlineData("300", "<|eot|>", "lists token 300 as '<|eot|>', tokenizer.json has '<|im_end|>' there")]
    [InlineData("319", "<answer>", "lists token 319 as '<answer>', tokenizer.json has none with this id")]
    public async Task A_tokenizer_that_contradicts_its_configuration_is_refused(string id, string content, string? reason)
    {
        using var folder = await Make();
        folder.File(
            "tokenizer_config.json",
            new JsonObject
            {
                ["chat_template"] = ChatMarkup.Template,
                ["eos_token"] = "<|im_end|>",
                ["added_tokens_decoder"] = new JsonObject { [id] = new JsonObject { ["content"] = content } },
            }.ToJsonString()
        );
        if (reason is null)
        {
            HuggingFaceFolder.Open(folder.Path).Dispose();
        }
        else
        {
            Assert.Contains(reason, Message(folder), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_tied_head_that_is_stored_twice_is_accepted()
    {
        using var folder = await Make(weights: false);
        WriteWeights(Path.Combine(folder.Path, "model.safetensors"), [.. Tensors, ("lm_head.weight", [320, 8])]);
        using var model = HuggingFaceFolder.Open(folder.Path);
        model.Require(Tensors);
        model.RequireTiedHead();
    }

    [Fact]
    public async Task A_tied_head_that_differs_from_the_embedding_is_refused()
    {
        using var folder = await Make(weights: false);
        WriteWeights(Path.Combine(folder.Path, "model.safetensors"), [.. Tensors, ("lm_head.weight", [320, 8])]);
        await using (var file = File.OpenWrite(Path.Combine(folder.Path, "model.safetensors")))
        {
            file.Seek(-1, SeekOrigin.End);
            file.WriteByte(1);
        }

        using var model = HuggingFaceFolder.Open(folder.Path);
        var error = Assert.Throws<UserErrorException>(model.RequireTiedHead);
        Assert.Contains(
            "tensor 'lm_head.weight' differs from 'model.embed_tokens.weight', but config.json ties them",
            error.Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task A_configuration_that_contradicts_the_tokenizer_is_refused()
    {
        using var folder = await Make();
        var path = Path.Combine(folder.Path, "config.json");
        folder.File("config.json", File.ReadAllText(path).Replace("\"vocab_size\": 320", "\"vocab_size\": 200", StringComparison.Ordinal));
        Assert.Contains("belong to different models", Message(folder), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_generation_configuration_sets_the_end_tokens_and_must_name_tokens()
    {
        using var folder = await Make();
        folder.File("generation_config.json", """{"eos_token_id":[300,259]}""");
        using (var model = HuggingFaceFolder.Open(folder.Path))
        {
            Assert.Equal([300, 259], model.EosTokenIds);
        }

        folder.File("generation_config.json", """{"eos_token_id":310}""");
        Assert.Contains("eos_token_id 310 names no token", Message(folder), StringComparison.Ordinal);
        folder.File("generation_config.json", """{"eos_token_id":"</s>"}""");
        Assert.Contains("'eos_token_id' is \"</s>\"; expected a token id or a list of them", Message(folder), StringComparison.Ordinal);
    }

    private static string Message(TemporaryFolder folder) =>
        Assert.Throws<UserErrorException>(() => HuggingFaceFolder.Open(folder.Path)).Message;

    private static async Task<TemporaryFolder> Make(bool weights = true)
    {
        var folder = new TemporaryFolder();
        await HuggingFaceFolder.WriteConfigAsync(folder.Path, Config);
        folder.File("tokenizer.json", HandMadeTokenizer.Json().ToJsonString());
        folder.File(
            "tokenizer_config.json",
            new JsonObject { ["chat_template"] = ChatMarkup.Template, ["eos_token"] = "<|im_end|>" }.ToJsonString()
        );
        if (weights)
        {
            WriteWeights(Path.Combine(folder.Path, "model.safetensors"), Tensors);
        }

        return folder;
    }

    private static void WriteWeights(string path, (string Name, IReadOnlyList<long> Shape)[] tensors)
    {
        using var stream = File.Create(path);
        var writer = new SafetensorsWriter(stream, [.. tensors.Select(t => new TensorPlan(t.Name, TensorType.BF16, t.Shape))]);
        foreach (var (name, shape) in tensors)
        {
            writer.Write(name, [.. Enumerable.Range(0, (int)shape.Aggregate(1L, (a, b) => a * b)).Select(i => (float)i)]);
        }

        writer.Complete();
    }
}
