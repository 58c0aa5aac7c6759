using System.Buffers;
using System.Buffers.Binary;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Text.Json;
using Microsoft.Win32.SafeHandles;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Storage.Safetensors;

/// <summary>
/// Reads a safetensors file: 8 bytes of header length (little endian), a JSON header, raw buffers. Opening a file checks the whole
/// header: types, shapes and sizes, and that the buffers cover the rest of the file without gap or overlap. Reading is thread-safe.
/// </summary>
public sealed class SafetensorsReader : IDisposable
{
    /// <summary>Largest header in bytes that the format allows.</summary>
    public const long MaxHeaderBytes = 100_000_000;

    private const int ChunkBytes = 1 << 22;

    private readonly SafeFileHandle _file;
    private readonly Dictionary<string, TensorEntry> _tensors = new(StringComparer.Ordinal);

    /// <exception cref="UserErrorException">The file is missing or damaged; the message names it and the cause.</exception>
    public SafetensorsReader(string path)
    {
        Path = path;
        try
        {
            _file = File.OpenHandle(path, options: FileOptions.SequentialScan);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException($"{path}: cannot be read: {error.Message}", error);
        }

        try
        {
            ReadHeader();
        }
        catch
        {
            _file.Dispose();
            throw;
        }
    }

    public string Path { get; }

    /// <summary>Tensors by name.</summary>
    public IReadOnlyDictionary<string, TensorEntry> Tensors => _tensors;

    /// <summary>The free text entries of the header (<c>__metadata__</c>).</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; private set; } = new Dictionary<string, string>();

    /// <summary>Whether <see cref="ReadInto"/> supports this type.</summary>
    public static bool IsFloat(TensorType type) => type is TensorType.F32 or TensorType.F16 or TensorType.BF16;

    /// <summary>Reads elements of a tensor as floats. F16 and BF16 convert exactly.</summary>
    /// <param name="name">Name of the tensor.</param>
    /// <param name="first">Index of the first element.</param>
    /// <param name="destination">Receives as many elements as it holds.</param>
    /// <exception cref="UserErrorException">The tensor does not exist or has another type, or the file ends early.</exception>
    public void ReadInto(string name, long first, Span<float> destination)
    {
        var tensor = Find(name);
        if (!IsFloat(tensor.Type))
        {
            throw Invalid($"tensor '{name}' has type {tensor.Type}; expected F32, F16 or BF16");
        }

        ArgumentOutOfRangeException.ThrowIfNegative(first);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(destination.Length, tensor.Count - first, nameof(destination));
        var buffer = ArrayPool<byte>.Shared.Rent(ChunkBytes);
        try
        {
            for (var done = 0; done < destination.Length; )
            {
                var part = destination.Slice(done, Math.Min(PerChunk(tensor.Type), destination.Length - done));
                ReadPart(tensor, first + done, part, buffer);
                done += part.Length;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Checks that a tensor of floats holds neither NaN nor infinity. Reads it in parts.</summary>
    /// <exception cref="UserErrorException">It does, or the file ends early.</exception>
    public void RequireFinite(string name)
    {
        var tensor = Find(name);
        var bytes = ArrayPool<byte>.Shared.Rent(ChunkBytes);
        var floats = ArrayPool<float>.Shared.Rent(PerChunk(tensor.Type));
        try
        {
            for (var done = 0L; done < tensor.Count; )
            {
                var part = floats.AsSpan(0, (int)Math.Min(PerChunk(tensor.Type), tensor.Count - done));
                ReadPart(tensor, done, part, bytes);
                if (!TensorPrimitives.IsFiniteAll<float>(part))
                {
                    throw NotFinite(name);
                }

                done += part.Length;
            }
        }
        finally
        {
            ArrayPool<float>.Shared.Return(floats);
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }

    /// <summary>The error for a tensor that holds NaN or infinity.</summary>
    public UserErrorException NotFinite(string name) =>
        Invalid(
            $"tensor '{name}' holds values that are not finite (NaN or infinity); the file is damaged, or its training diverged: "
                + "use an earlier checkpoint, or download the model again with 'skillfactory pull NAME --output FOLDER'"
        );

    /// <summary>Reads part of a tensor's raw bytes.</summary>
    /// <param name="name">Name of the tensor.</param>
    /// <param name="offset">First byte, counted from the start of the tensor.</param>
    /// <param name="destination">Receives the bytes.</param>
    /// <exception cref="UserErrorException">The tensor does not exist, or the file ends early.</exception>
    public void ReadBytes(string name, long offset, Span<byte> destination)
    {
        var tensor = Find(name);
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(destination.Length, tensor.Length - offset, nameof(destination));
        ReadExactly(tensor.Offset + offset, destination);
    }

    public void Dispose() => _file.Dispose();

    private static int PerChunk(TensorType type) => ChunkBytes / TensorEntry.SizeOf(type);

    /// <summary>Reads and converts elements of a tensor of floats.</summary>
    /// <param name="first">Index of the first element.</param>
    /// <param name="part">At most <see cref="PerChunk"/> elements.</param>
    /// <param name="buffer">At least <see cref="ChunkBytes"/> bytes.</param>
    private void ReadPart(TensorEntry tensor, long first, Span<float> part, byte[] buffer)
    {
        var size = TensorEntry.SizeOf(tensor.Type);
        var bytes = tensor.Type == TensorType.F32 ? MemoryMarshal.AsBytes(part) : buffer.AsSpan(0, part.Length * size);
        ReadExactly(tensor.Offset + (first * size), bytes);
        switch (tensor.Type)
        {
            case TensorType.F16:
                TensorPrimitives.ConvertToSingle(MemoryMarshal.Cast<byte, Half>(bytes), part);
                break;
            case TensorType.BF16:
                BFloat16Bits.Widen(MemoryMarshal.Cast<byte, ushort>(bytes), part);
                break;
            default:
                break;
        }
    }

    private TensorEntry Find(string name) =>
        _tensors.TryGetValue(name, out var tensor)
            ? tensor
            : throw Invalid($"there is no tensor '{name}'{NearestName.Hint(name, [.. _tensors.Keys.Take(50)])}");

    private void ReadHeader()
    {
        var size = RandomAccess.GetLength(_file);
        if (size < 8)
        {
            throw Invalid($"not a safetensors file: it has {size} bytes, and the header length alone takes 8");
        }

        Span<byte> prefix = stackalloc byte[8];
        ReadExactly(0, prefix);
        var length = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (length > MaxHeaderBytes)
        {
            throw Invalid($"not a safetensors file: its header would take {length} bytes; at most {MaxHeaderBytes} are allowed");
        }

        if ((long)length > size - 8)
        {
            throw Invalid($"truncated: the header takes {length} bytes, and only {size - 8} follow its length");
        }

        var header = new byte[length];
        ReadExactly(8, header);
        try
        {
            using var document = JsonDocument.Parse(header);
            foreach (var entry in document.RootElement.EnumerateObject())
            {
                if (entry.Name == "__metadata__")
                {
                    Metadata = entry.Value.EnumerateObject().ToDictionary(m => m.Name, m => m.Value.GetString()!);
                }
                else if (!_tensors.TryAdd(entry.Name, ReadEntry(entry, 8 + (long)length)))
                {
                    throw Invalid($"tensor '{entry.Name}' occurs twice");
                }
            }
        }
        catch (Exception error)
            when (error is JsonException or InvalidOperationException or KeyNotFoundException or FormatException or ArgumentException)
        {
            throw Invalid($"the header is damaged: {error.Message}", error);
        }

        CheckLayout(8 + (long)length, size);
    }

    private TensorEntry ReadEntry(JsonProperty entry, long data)
    {
        var dtype = entry.Value.GetProperty("dtype").GetString()!;
        if (!Enum.TryParse<TensorType>(dtype, out var type) || !Enum.IsDefined(type) || !char.IsLetter(dtype[0]))
        {
            throw Invalid($"tensor '{entry.Name}' has type '{dtype}'{NearestName.Hint(dtype, Enum.GetNames<TensorType>())}");
        }

        var shape = entry.Value.GetProperty("shape").EnumerateArray().Select(d => d.GetInt64()).ToArray();
        var offsets = entry.Value.GetProperty("data_offsets").EnumerateArray().Select(o => o.GetInt64()).ToArray();
        if (offsets.Length != 2 || offsets[0] < 0 || offsets[1] < offsets[0])
        {
            throw Invalid($"tensor '{entry.Name}' has data_offsets {TensorEntry.Describe(offsets)}; expected [begin, end]");
        }

        decimal bytes = TensorEntry.SizeOf(type);
        foreach (var dimension in shape)
        {
            if (dimension < 0 || (bytes *= dimension) > long.MaxValue)
            {
                throw Invalid($"tensor '{entry.Name}' has the impossible shape {TensorEntry.Describe(shape)}");
            }
        }

        return bytes == offsets[1] - offsets[0]
            ? new TensorEntry(entry.Name, type, shape, data + offsets[0], offsets[1] - offsets[0])
            : throw Invalid(
                $"tensor '{entry.Name}' of shape {TensorEntry.Describe(shape)} and type {type} needs {bytes} bytes; "
                    + $"its data_offsets span {offsets[1] - offsets[0]}"
            );
    }

    private void CheckLayout(long data, long size)
    {
        var end = data;
        TensorEntry? before = null;
        foreach (var tensor in _tensors.Values.OrderBy(t => t.Offset).ThenBy(t => t.Length))
        {
            if (tensor.Offset < end)
            {
                throw Invalid($"tensors '{before!.Name}' and '{tensor.Name}' overlap");
            }

            if (tensor.Offset > end)
            {
                throw Invalid($"{tensor.Offset - end} bytes before tensor '{tensor.Name}' belong to no tensor");
            }

            (end, before) = (end + tensor.Length, tensor);
        }

        if (end > size)
        {
            throw Invalid($"truncated: the header describes {end} bytes, and the file has {size}");
        }

        if (end < size)
        {
            throw Invalid($"{size - end} bytes after the last tensor belong to no tensor");
        }
    }

    private void ReadExactly(long offset, Span<byte> destination)
    {
        while (destination.Length > 0)
        {
            var read = RandomAccess.Read(_file, destination[..Math.Min(destination.Length, 1 << 30)], offset);
            if (read == 0)
            {
                throw Invalid("truncated while it was read");
            }

            offset += read;
            destination = destination[read..];
        }
    }

    private UserErrorException Invalid(string what, Exception? inner = null) =>
        inner is null ? new UserErrorException($"{Path}: {what}") : new UserErrorException($"{Path}: {what}", inner);
}
