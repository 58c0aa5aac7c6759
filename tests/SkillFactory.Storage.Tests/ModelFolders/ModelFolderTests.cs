using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using SkillFactory.Primitives.Errors;
using SkillFactory.Storage.ModelFolders;

namespace SkillFactory.Storage.Tests.ModelFolders;

public sealed class ModelFolderTests : IDisposable
{
    private static readonly Dictionary<string, byte[]> Tensors = new()
    {
        ["c.weight"] = [1, 2, 3, 4],
        ["a.weight"] = [5, 6, 7, 8, 9, 10, 11, 12],
        ["b.bias"] = [13, 14, 15, 16],
    };

    private readonly TemporaryFolder _folder = new();
    private readonly MemoryArtifactStore _store = new();

    public ModelFolderTests()
    {
        Write("config.json", "{}"u8.ToArray());
        Write("tokenizer.json", "{}"u8.ToArray());
        Write("tokenizer_config.json", "{}"u8.ToArray());
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Shards_become_one_file_with_unchanged_tensors()
    {
        Shards(["c.weight", "a.weight"], ["b.bias"]);
        var model = await ModelFolder.ImportAsync(_folder.Path, _store);
        using var stream = await _store.OpenReadAsync(model.Weights.Tensors);
        var file = new byte[model.Weights.Tensors.Bytes];
        await stream.ReadExactlyAsync(file);

        var length = (int)BinaryPrimitives.ReadInt64LittleEndian(file);
        Assert.Equal(0, length % 8);
        var header = JsonNode.Parse(file.AsSpan(8, length))!.AsObject();
        Assert.Equal(["__metadata__", "a.weight", "b.bias", "c.weight"], header.Select(e => e.Key));
        foreach (var (name, content) in Tensors)
        {
            var (from, to) = ((int)header[name]!["data_offsets"]![0]!, (int)header[name]!["data_offsets"]![1]!);
            Assert.Equal(content, file[(8 + length + from)..(8 + length + to)]);
            Assert.Equal(("F32", content.Length / 4), ((string)header[name]!["dtype"]!, (int)header[name]!["shape"]![0]!));
        }

        Assert.Equal(8 + length + Tensors.Values.Sum(t => t.Length), file.Length);
    }

    [Fact]
    public async Task The_artifact_does_not_depend_on_how_the_weights_are_sharded()
    {
        Shards(["c.weight", "a.weight"], ["b.bias"]);
        var first = await ModelFolder.ImportAsync(_folder.Path, _store);
        Shards(["b.bias"], ["a.weight"], ["c.weight"]);
        Assert.Equal(first.Weights, (await ModelFolder.ImportAsync(_folder.Path, _store)).Weights);
    }

    [Fact]
    public async Task A_single_weight_file_takes_precedence_over_an_index()
    {
        Shards(["c.weight", "a.weight", "b.bias"]);
        Write("model.safetensors", [1, 2, 3]);
        Assert.Equal(3, (await ModelFolder.ImportAsync(_folder.Path, _store)).Weights.Tensors.Bytes);
    }

    [Fact]
    public async Task Missing_damaged_or_contradictory_shards_are_refused_by_name()
    {
        Shards(["a.weight"], ["b.bias"]);
        File.Delete(Path.Combine(_folder.Path, "model-2.safetensors"));
        Assert.Contains("model-2.safetensors: cannot be read", await RefusedAsync(), StringComparison.Ordinal);

        Write("model-2.safetensors", Shard(["c.weight"]));
        Assert.Contains(
            "tensor 'b.bias' should be in 'model-2.safetensors', which does not have it",
            await RefusedAsync(),
            StringComparison.Ordinal
        );

        Write("model-2.safetensors", Shard(["b.bias"])[..^1]);
        Assert.Contains("model-2.safetensors: truncated: the header describes", await RefusedAsync(), StringComparison.Ordinal);

        Write("model-2.safetensors", [1, 2, 3]);
        Assert.Contains("model-2.safetensors: not a safetensors file", await RefusedAsync(), StringComparison.Ordinal);

        Write("model.safetensors.index.json", """{"weight_map":{"a.weight":7}}"""u8.ToArray());
        Assert.Contains("model.safetensors.index.json: not an index of weights", await RefusedAsync(), StringComparison.Ordinal);
    }

    private async Task<string> RefusedAsync() =>
        (await Assert.ThrowsAsync<UserErrorException>(() => ModelFolder.ImportAsync(_folder.Path, _store))).Message;

    private void Shards(params string[][] shards)
    {
        var map = new JsonObject();
        for (var i = 0; i < shards.Length; i++)
        {
            Write($"model-{i + 1}.safetensors", Shard(shards[i]));
            foreach (var name in shards[i])
            {
                map[name] = $"model-{i + 1}.safetensors";
            }
        }

        Write(
            "model.safetensors.index.json",
            Encoding.UTF8.GetBytes(
                new JsonObject
                {
                    ["metadata"] = new JsonObject { ["total_size"] = 16 },
                    ["weight_map"] = map,
                }.ToJsonString()
            )
        );
    }

    private static byte[] Shard(string[] names)
    {
        var header = new JsonObject();
        var data = new List<byte>();
        foreach (var name in names)
        {
            header[name] = new JsonObject
            {
                ["dtype"] = "F32",
                ["shape"] = new JsonArray(Tensors[name].Length / 4),
                ["data_offsets"] = new JsonArray(data.Count, data.Count + Tensors[name].Length),
            };
            data.AddRange(Tensors[name]);
        }

        var text = JsonSerializer.SerializeToUtf8Bytes(header);
        var prefix = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(prefix, text.Length);
        return [.. prefix, .. text, .. data];
    }

    private void Write(string name, byte[] content) => File.WriteAllBytes(Path.Combine(_folder.Path, name), content);
}
