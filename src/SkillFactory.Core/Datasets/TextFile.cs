using System.Buffers;
using System.Globalization;
using System.Text;
using Microsoft.Win32.SafeHandles;
using SkillFactory.Core.Errors;

namespace SkillFactory.Core.Datasets;

/// <summary>JSON strings of a file that are read when somebody asks for them: so few of the texts of an input are used that remembering where
/// they stand is much less than keeping them. The file must stay as it is meanwhile. Thread-safe.</summary>
internal sealed class TextFile : IDisposable
{
    /// <summary>Fewest bytes read at once: what is asked for next often stands close behind, as the critique of an attempt does.</summary>
    private const int LeastRead = 1 << 12;

    private readonly string _path;
    private readonly Lazy<SafeFileHandle> _file;
    private readonly Lazy<string> _place;
    private readonly (long, DateTime) _state;

    /// <summary>What each thread has read last.</summary>
    private readonly ThreadLocal<Piece> _read = new(() => new Piece());

    public TextFile(string path) =>
        (_path, _file, _place, _state) = (path, new(() => DatasetFile.OpenHandle(path)), new(() => TableFile.PlaceOf(path, TableFile.IsParquet(_file!.Value))), State(path));

    /// <param name="offset">Where the string begins, with its quote.</param>
    /// <param name="length">Bytes of it as it stands there, quotes and escapes included.</param>
    /// <exception cref="UserErrorException">It is not there any more.</exception>
    public string Read(long offset, int length)
    {
        var piece = _read.Value!;
        var json = piece.Take(offset, length);
        if (json.IsEmpty)
        {
            json = piece.Read(_file.Value, offset, length);
        }

        var text = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            return JsonText.ReadString(json, 0, text, out var count, out _) == length ? Encoding.UTF8.GetString(text.AsSpan(0, count)) : throw HasChanged();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(text);
        }
    }

    /// <summary>What a row of the file is called in messages and lineage.</summary>
    /// <param name="row">Its number, from 1.</param>
    public string PlaceOf(long row) => string.Create(CultureInfo.InvariantCulture, $"{_place.Value}{row}");

    /// <exception cref="UserErrorException">Somebody has written to the file since this was made.</exception>
    public void ThrowIfChanged()
    {
        if (State(_path) != _state)
        {
            throw HasChanged();
        }
    }

    public void Dispose()
    {
        _read.Dispose();
        if (_file.IsValueCreated)
        {
            _file.Value.Dispose();
        }
    }

    private static (long Length, DateTime Written) State(string path) => DatasetFile.Info(path) is { Exists: true } file ? (file.Length, file.LastWriteTimeUtc) : default;

    private UserErrorException HasChanged() => DatasetFile.HasChanged(_path);

    /// <summary>A part of the file.</summary>
    private sealed class Piece
    {
        private byte[] _bytes = [];
        private long _offset;
        private int _count;

        /// <returns>Bytes of it; nothing where it does not hold them all.</returns>
        public ReadOnlySpan<byte> Take(long offset, int length) =>
            offset >= _offset && offset + length <= _offset + _count ? _bytes.AsSpan((int)(offset - _offset), length) : default;

        /// <returns>The bytes, or fewer: the file ends before.</returns>
        public ReadOnlySpan<byte> Read(SafeFileHandle file, long offset, int length)
        {
            if (_bytes.Length < length)
            {
                _bytes = GC.AllocateUninitializedArray<byte>(Math.Max(LeastRead, length));
            }

            (_offset, _count) = (offset, 0);
            for (var wanted = Math.Max(LeastRead, length); _count < length;)
            {
                var more = RandomAccess.Read(file, _bytes.AsSpan(_count, wanted - _count), offset + _count);
                if (more == 0)
                {
                    break;
                }

                _count += more;
            }

            return _bytes.AsSpan(0, Math.Min(_count, length));
        }
    }
}

/// <summary>The files of an input.</summary>
internal sealed class TextFiles(IReadOnlyList<string> paths) : IDisposable
{
    public IReadOnlyList<TextFile> All { get; } = [.. paths.Select(p => new TextFile(p))];

    /// <inheritdoc cref="TextFile.ThrowIfChanged"/>
    public void ThrowIfChanged()
    {
        foreach (var file in All)
        {
            file.ThrowIfChanged();
        }
    }

    public void Dispose()
    {
        foreach (var file in All)
        {
            file.Dispose();
        }
    }
}
