using SkillFactory.Engine.Devices;
using SkillFactory.Engine.Models;
using SkillFactory.Primitives.Errors;
using SkillFactory.Storage.Safetensors;
using static TorchSharp.torch;

namespace SkillFactory.Engine.Tests.Models;

[Collection(TensorCollection.Name)]
public class WeightFileTests
{
    [Theory]
    [InlineData(true, TensorType.F32)]
    [InlineData(false, TensorType.F32)]
    [InlineData(true, TensorType.BF16)]
    [InlineData(true, TensorType.F16)]
    public void Weights_that_a_type_holds_are_read_back_exactly(bool tied, TensorType type)
    {
        using var folder = new TemporaryFolder();
        using var model = new TestModel(TestModel.Grouped with { TiedEmbedding = tied });
        model.Weights.CopyFrom([.. model.Weights.ToArray().Select(v => Rounded(v, type))]);
        var path = Write(folder, model.Weights.Values, type);
        using var loaded = new TestModel(model.Shape, seed: 2);
        Assert.NotEqual(model.Weights.ToArray(), loaded.Weights.ToArray());
        WeightFile.Load(path, loaded.Weights.Values);
        Assert.Equal(model.Weights.ToArray(), loaded.Weights.ToArray());

        // Written again, in buckets of other sizes, the file is the same.
        using var other = new TestModel(model.Shape, seed: 3, bucketLimit: 300);
        WeightFile.Load(path, other.Weights.Values);
        var again = new MemoryStream();
        WeightFile.Write(again, other.Weights.Values, type);
        Assert.Equal(File.ReadAllBytes(path), again.ToArray());
    }

    [Fact]
    public void A_BF16_checkpoint_passes_through_weights_in_bf16_without_a_change()
    {
        using var folder = new TemporaryFolder();
        using var model = new TestModel(TestModel.Grouped);
        var path = Write(folder, model.Weights.Values, TensorType.BF16);
        using var loaded = new TestModel(model.Shape, seed: 2, workType: ScalarType.BFloat16);
        WeightFile.Load(path, loaded.Weights.Values);
        Assert.Equal(model.Weights.ToArray().Select(v => Rounded(v, TensorType.BF16)), loaded.Weights.ToArray());
        var again = new MemoryStream();
        WeightFile.Write(again, loaded.Weights.Values, loaded.Weights.Values.StoredType);
        Assert.Equal(File.ReadAllBytes(path), again.ToArray());
    }

    [Fact]
    public void Weights_are_read_from_the_shards_of_a_folder()
    {
        using var folder = new TemporaryFolder();
        using var model = new TestModel(TestModel.Grouped);
        var names = model.Layout.Slots.Select((s, i) => (s.Name, File: $"model-{(i % 3) + 1}-of-3.safetensors")).ToList();
        foreach (var shard in names.GroupBy(n => n.File))
        {
            using var stream = File.Create(Path.Combine(folder.Path, shard.Key));
            var slots = shard.Select(n => model.Layout[n.Name]).ToList();
            var writer = new SafetensorsWriter(stream, [.. slots.Select(s => new TensorPlan(s.Name, TensorType.F32, s.Shape))]);
            foreach (var slot in slots)
            {
                var values = new float[slot.Count];
                model.Weights.Values.Read(slot, 0, values);
                writer.Write(slot.Name, values);
            }
        }

        var map = string.Join(',', names.Select(n => $"\"{n.Name}\":\"{n.File}\""));
        folder.File("model.safetensors.index.json", "{\"weight_map\":{" + map + "}}");
        using var loaded = new TestModel(model.Shape, seed: 2);
        WeightFile.Load(folder.Path, loaded.Weights.Values);
        Assert.Equal(model.Weights.ToArray(), loaded.Weights.ToArray());

        File.Move(Path.Combine(folder.Path, names[1].File), Path.Combine(folder.Path, "moved"));
        var error = Assert.Throws<UserErrorException>(() => WeightFile.Load(folder.Path, loaded.Weights.Values));
        Assert.Contains(names[1].File, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Tensors_have_the_names_and_shapes_of_Hugging_Face()
    {
        using var folder = new TemporaryFolder();
        var layout = new ParameterLayout(TestModel.Grouped with { Layers = 1, TiedEmbedding = false });
        using var values = TestModel.Random(layout, 1).ToBuckets(layout);
        using var file = new SafetensorsReader(Write(folder, values, TensorType.F32));
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
    public void The_error_for_a_file_of_another_model_names_the_first_mismatched_tensor()
    {
        using var folder = new TemporaryFolder();
        var layout = new ParameterLayout(TestModel.Grouped);
        using var values = TestModel.Random(layout, 1).ToBuckets(layout);
        var path = Write(folder, values, TensorType.F32);
        string Refused(DecoderShape shape)
        {
            using var weights = new ParameterBuckets(new ParameterLayout(shape), DeviceSpec.Cpu);
            return Assert.Throws<UserErrorException>(() => WeightFile.Load(path, weights)).Message;
        }

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
    public void The_error_for_weights_that_are_not_finite_names_the_tensor(float value)
    {
        using var folder = new TemporaryFolder();
        var layout = new ParameterLayout(TestModel.Grouped);
        var values = TestModel.Random(layout, 1);
        values[layout.IndexOf("model.norm.weight") + 3] = value;
        using var weights = values.ToBuckets(layout);
        var path = Write(folder, weights, TensorType.F32);
        Assert.Contains(
            "tensor 'model.norm.weight' holds values that are not finite",
            Assert.Throws<UserErrorException>(() => WeightFile.Load(path, weights)).Message,
            StringComparison.Ordinal
        );
    }

    private static float Rounded(float value, TensorType type) =>
        type switch
        {
            TensorType.F16 => (float)(Half)value,
            TensorType.BF16 => BitConverter.UInt32BitsToSingle((uint)BFloat16Bits.Narrow(value) << 16),
            _ => value,
        };

    private static string Write(TemporaryFolder folder, ParameterBuckets weights, TensorType type)
    {
        var path = Path.Combine(folder.Path, "weights.safetensors");
        using var stream = File.Create(path);
        WeightFile.Write(stream, weights, type);
        return path;
    }
}
