using SkillFactory.Engine.Models;
using SkillFactory.Primitives.Errors;
using SkillFactory.Storage.Safetensors;

namespace SkillFactory.Engine.Tests.Models;

[Collection(TensorCollection.Name)]
public class WeightFileTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Weights_are_read_back_exactly(bool tied)
    {
        using var folder = new TemporaryFolder();
        using var model = new TestModel(TestModel.Grouped with { TiedEmbedding = tied });
        var path = await Write(folder, model.Layout, model.Weights.ToArray());
        using var loaded = new TestModel(model.Shape, seed: 2);
        Assert.NotEqual(model.Weights.ToArray(), loaded.Weights.ToArray());
        WeightFile.Load(path, loaded.Weights);
        Assert.Equal(model.Weights.ToArray(), loaded.Weights.ToArray());
    }

    [Fact]
    public async Task Tensors_have_the_names_and_shapes_of_Hugging_Face()
    {
        using var folder = new TemporaryFolder();
        var layout = new ParameterLayout(TestModel.Grouped with { Layers = 1, TiedEmbedding = false });
        var values = Enumerable.Range(0, (int)layout.Count).Select(i => (float)i).ToArray();
        using var file = new SafetensorsReader(await Write(folder, layout, values));
        Assert.Equal(
            [
                "lm_head.weight [13, 12]",
                "model.embed_tokens.weight [13, 12]",
                "model.layers.0.input_layernorm.weight [12]",
                "model.layers.0.mlp.down_proj.weight [12, 20]",
                "model.layers.0.mlp.gate_proj.weight [20, 12]",
                "model.layers.0.mlp.up_proj.weight [20, 12]",
                "model.layers.0.post_attention_layernorm.weight [12]",
                "model.layers.0.self_attn.k_proj.bias [8]",
                "model.layers.0.self_attn.k_proj.weight [8, 12]",
                "model.layers.0.self_attn.o_proj.weight [12, 16]",
                "model.layers.0.self_attn.q_proj.bias [16]",
                "model.layers.0.self_attn.q_proj.weight [16, 12]",
                "model.layers.0.self_attn.v_proj.bias [8]",
                "model.layers.0.self_attn.v_proj.weight [8, 12]",
                "model.norm.weight [12]",
            ],
            file.Tensors.Select(t => $"{t.Key} {TensorEntry.Describe(t.Value.Shape)}").Order(StringComparer.Ordinal)
        );
        Assert.Equal("pt", file.Metadata["format"]);
    }

    [Fact]
    public async Task The_error_for_a_file_of_another_model_names_the_first_mismatched_tensor()
    {
        using var folder = new TemporaryFolder();
        var layout = new ParameterLayout(TestModel.Grouped);
        var path = await Write(folder, layout, TestModel.Random(layout, 1));
        string Refused(DecoderShape shape) =>
            Assert.Throws<UserErrorException>(() => WeightFile.Read(path, new ParameterLayout(shape))).Message;
        Assert.Contains(
            "tensor 'lm_head.weight' is missing",
            Refused(layout.Shape with { TiedEmbedding = false }),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "tensor 'model.layers.2.self_attn.q_proj.weight' is missing",
            Refused(layout.Shape with { Layers = 3 }),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "'model.layers.0.self_attn.k_proj.weight' has shape [8, 12]; the model requires [16, 12]",
            Refused(layout.Shape with { KvHeads = 4 }),
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.NegativeInfinity)]
    public async Task The_error_for_weights_that_are_not_finite_names_the_tensor(float value)
    {
        using var folder = new TemporaryFolder();
        var layout = new ParameterLayout(TestModel.Grouped);
        var values = TestModel.Random(layout, 1);
        values[(int)layout["model.norm.weight"].Offset + 3] = value;
        var path = await Write(folder, layout, values);
        Assert.Contains(
            "tensor 'model.norm.weight' holds values that are not finite",
            Assert.Throws<UserErrorException>(() => WeightFile.Read(path, layout)).Message,
            StringComparison.Ordinal
        );
    }

    private static async Task<string> Write(TemporaryFolder folder, ParameterLayout layout, float[] values)
    {
        var path = Path.Combine(folder.Path, "weights.safetensors");
        await using var stream = File.Create(path);
        await WeightFile.WriteAsync(stream, layout, values);
        return path;
    }
}
