using System.Buffers;
using System.Buffers.Binary;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace SkillFactory.Storage.Safetensors;

/// <summary>
/// Writes a safetensors file to a stream: the constructor writes the header; the data of the planned tensors follows in order, in
/// any number of parts.
/// </summary>
public sealed class SafetensorsWriter
{
    private const int ChunkElements = 1 << 20;

    // Transformers requires the framework that the tensors come from. The layout is that of PyTorch.
    private static readonly Dictionary<string, string> DefaultMetadata = new() { ["format"] = "pt" };

    private static readonly JsonWriterOptions JsonOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly Stream _stream;
    private readonly IReadOnlyList<TensorPlan> _plan;
    private int _current;
    private long _written;

    /// <param name="stream">Receives the file.</param>
    /// <param name="plan">The tensors, in the order in which their data is written.</param>
    /// <param name="metadata">Free text entries; by default <c>format: pt</c>.</param>
    public SafetensorsWriter(Stream stream, IReadOnlyList<TensorPlan> plan, IReadOnlyDictionary<string, string>? metadata = null)
    {
        (_stream, _plan) = (stream, plan);
        var header = Header(plan, metadata ?? DefaultMetadata);
        var padded = new byte[8 + ((header.Length + 7) / 8 * 8)];
        padded.AsSpan().Fill((byte)' ');
        BinaryPrimitives.WriteUInt64LittleEndian(padded, (ulong)padded.Length - 8);
        header.CopyTo(padded.AsSpan(8));
        stream.Write(padded);
        SkipEmpty();
    }

    /// <summary>Writes the next bytes of a tensor, which must be the current one of the plan.</summary>
    public void Write(string name, ReadOnlySpan<byte> bytes)
    {
        var tensor = Current(name);
        if (bytes.Length > tensor.Length - _written)
        {
            throw new ArgumentException(
                $"tensor '{name}' takes {tensor.Length} bytes; {_written} are written and {bytes.Length} more do not fit",
                nameof(bytes)
            );
        }

        _stream.Write(bytes);
        _written += bytes.Length;
        if (_written == tensor.Length)
        {
            (_current, _written) = (_current + 1, 0);
            SkipEmpty();
        }
    }

    /// <summary>Writes the next elements of the current tensor, rounded to its type (F32, F16 or BF16), ties to even.</summary>
    public void Write(string name, ReadOnlySpan<float> values)
    {
        var type = Current(name).Type;
        if (type == TensorType.F32)
        {
            for (; values.Length > ChunkElements; values = values[ChunkElements..])
            {
                Write(name, MemoryMarshal.AsBytes(values[..ChunkElements]));
            }

            Write(name, MemoryMarshal.AsBytes(values));
            return;
        }

        if (type is not (TensorType.F16 or TensorType.BF16))
        {
            throw new ArgumentException($"tensor '{name}' has type {type}; floats are written as F32, F16 or BF16", nameof(name));
        }

        var buffer = ArrayPool<ushort>.Shared.Rent(Math.Min(values.Length, ChunkElements));
        while (values.Length > 0)
        {
            var part = values[..Math.Min(values.Length, ChunkElements)];
            if (type == TensorType.BF16)
            {
                BFloat16Bits.Narrow(part, buffer);
            }
            else
            {
                TensorPrimitives.ConvertToHalf(part, MemoryMarshal.Cast<ushort, Half>(buffer.AsSpan()));
            }

            Write(name, MemoryMarshal.AsBytes(buffer.AsSpan(0, part.Length)));
            values = values[part.Length..];
        }

        ArrayPool<ushort>.Shared.Return(buffer);
    }

    /// <summary>Checks that every planned tensor is complete.</summary>
    public void Complete()
    {
        if (_current < _plan.Count)
        {
            throw new InvalidOperationException($"tensor '{_plan[_current].Name}' has {_written} of {_plan[_current].Length} bytes");
        }
    }

    private TensorPlan Current(string name) =>
        _current < _plan.Count && _plan[_current].Name == name
            ? _plan[_current]
            : throw new ArgumentException(
                $"cannot write '{name}'; the plan expects '{(_current < _plan.Count ? _plan[_current].Name : "nothing")}'",
                nameof(name)
            );

    private void SkipEmpty()
    {
        while (_current < _plan.Count && _plan[_current].Length == 0)
        {
            _current++;
        }
    }

    private static byte[] Header(IReadOnlyList<TensorPlan> plan, IReadOnlyDictionary<string, string> metadata)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, JsonOptions))
        {
            json.WriteStartObject();
            json.WriteStartObject("__metadata__");
            foreach (var (key, value) in metadata)
            {
                json.WriteString(key, value);
            }

            json.WriteEndObject();
            long offset = 0;
            foreach (var tensor in plan)
            {
                json.WriteStartObject(tensor.Name);
                json.WriteString("dtype", tensor.Type.ToString());
                json.WriteStartArray("shape");
                foreach (var dimension in tensor.Shape)
                {
                    json.WriteNumberValue(dimension);
                }

                json.WriteEndArray();
                json.WriteStartArray("data_offsets");
                json.WriteNumberValue(offset);
                json.WriteNumberValue(offset += tensor.Length);
                json.WriteEndArray();
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        return bytes.ToArray();
    }
}
