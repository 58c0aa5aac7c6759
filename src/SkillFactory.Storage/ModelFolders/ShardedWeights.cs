using System.Buffers.Binary;
using System.Text.Json;
using System.Text.Json.Nodes;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Storage.ModelFolders;

/// <summary>
/// A checkpoint in shards (<c>model.safetensors.index.json</c> and the files it lists) as the one safetensors file it stands for: what the
/// system stores and sends about is always one file. Tensors are copied as they are, sorted by name, so that the same weights give the same
/// bytes however they were cut.
/// </summary>
internal static class ShardedWeights
{
    public const string IndexName = "model.safetensors.index.json";

    /// <param name="folder">The model folder.</param>
    /// <param name="stream">Receives the file; written front to back.</param>
    /// <exception cref="UserErrorException">The index or a shard is missing, damaged, or contradicts the other.</exception>
    public static async Task WriteAsync(string folder, Stream stream, CancellationToken cancellationToken)
    {
        var tensors = Find(folder);
        var header = new JsonObject { ["__metadata__"] = new JsonObject { ["format"] = "pt" } };
        var offset = 0L;
        foreach (var tensor in tensors)
        {
            header[tensor.Name] = new JsonObject
            {
                ["dtype"] = tensor.Type,
                ["shape"] = new JsonArray([.. tensor.Shape.Select(d => JsonValue.Create(d))]),
                ["data_offsets"] = new JsonArray(offset, offset + tensor.Bytes),
            };
            offset += tensor.Bytes;
        }

        var text = JsonSerializer.SerializeToUtf8Bytes(header);
        var padded = new byte[8 + ((text.Length + 7) / 8 * 8)];
        BinaryPrimitives.WriteInt64LittleEndian(padded, padded.Length - 8);
        text.CopyTo(padded, 8);
        padded.AsSpan(8 + text.Length).Fill((byte)' ');
        await stream.WriteAsync(padded, cancellationToken);
        foreach (var tensor in tensors)
        {
            await CopyAsync(tensor, stream, cancellationToken);
        }
    }

    private static List<Tensor> Find(string folder)
    {
        var index = Path.Combine(folder, IndexName);
        var map = Read(index, () =>
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(index));
            return document
                .RootElement.GetProperty("weight_map")
                .EnumerateObject()
                .ToDictionary(e => e.Name, e => e.Value.GetString() ?? throw new FormatException($"'{e.Name}' is in no file"));
        });
        return
        [
            .. map.GroupBy(e => e.Value, e => e.Key)
                .SelectMany(shard =>
                {
                    var path = Path.Combine(folder, Path.GetFileName(shard.Key));
                    return Read(path, () => TensorsOf(path, [.. shard]));
                })
                .OrderBy(t => t.Name, StringComparer.Ordinal),
        ];
    }

    private static List<Tensor> TensorsOf(string path, IReadOnlyList<string> names)
    {
        using var file = File.OpenRead(path);
        Span<byte> prefix = stackalloc byte[8];
        file.ReadExactly(prefix);
        var length = BinaryPrimitives.ReadInt64LittleEndian(prefix);
        if (length < 0 || length > file.Length - 8)
        {
            throw new FormatException($"it announces a header of {length} bytes and has {file.Length - 8}");
        }

        var header = new byte[length];
        file.ReadExactly(header);
        using var entries = JsonDocument.Parse(header);
        return
        [
            .. names.Select(name =>
            {
                if (!entries.RootElement.TryGetProperty(name, out var entry))
                {
                    throw new FormatException($"it has no tensor '{name}', which {IndexName} says is there");
                }

                var (from, to) = (entry.GetProperty("data_offsets")[0].GetInt64(), entry.GetProperty("data_offsets")[1].GetInt64());
                return from >= 0 && to >= from && to <= file.Length - 8 - length
                    ? new Tensor(
                        name,
                        entry.GetProperty("dtype").GetString()!,
                        [.. entry.GetProperty("shape").EnumerateArray().Select(d => d.GetInt64())],
                        path,
                        8 + length + from,
                        to - from
                    )
                    : throw new FormatException($"tensor '{name}' lies outside the file, which is cut short or damaged");
            }),
        ];
    }

    private static async Task CopyAsync(Tensor tensor, Stream stream, CancellationToken cancellationToken)
    {
        await using var file = new FileStream(tensor.Path, FileMode.Open, FileAccess.Read, FileShare.Read, 1, FileOptions.Asynchronous);
        file.Position = tensor.Start;
        var buffer = new byte[1 << 20];
        for (var left = tensor.Bytes; left > 0; )
        {
            var read = await file.ReadAsync(buffer.AsMemory(0, (int)Math.Min(left, buffer.Length)), cancellationToken);
            if (read == 0)
            {
                throw new UserErrorException($"{tensor.Path}: cut short while it was read");
            }

            await stream.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            left -= read;
        }
    }

    private static T Read<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e)
            when (e
                    is IOException
                        or UnauthorizedAccessException
                        or JsonException
                        or FormatException
                        or InvalidOperationException
                        or KeyNotFoundException
                        or IndexOutOfRangeException
                        or ArgumentException
            )
        {
            throw new UserErrorException($"{path}: cannot be read as part of a sharded checkpoint: {e.Message}", e);
        }
    }

    private sealed record Tensor(string Name, string Type, long[] Shape, string Path, long Start, long Bytes);
}
