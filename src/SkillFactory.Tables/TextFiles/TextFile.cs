using System.Buffers;
using System.Globalization;
using System.Text;
using Microsoft.Win32.SafeHandles;
using SkillFactory.Primitives.Errors;
using SkillFactory.Tables.JsonLines;
using SkillFactory.Tables.Rows;

namespace SkillFactory.Tables.TextFiles;

/// <summary>JSON strings of a file that are read when somebody asks for them: so few of the texts of an input are used that remembering where
/// they stand is much less than keeping them. The file must stay as it is meanwhile. Thread-safe.</summary>
public sealed class TextFile : IDisposable
{
    /// <summary>What this thread has read last, whatever the file: what is asked for next often stands close behind, as the reflection of an attempt does.</summary>
    [ThreadStatic]
    private static Piece? _last;

    private readonly string _path;
    private readonly Lazy<SafeFileHandle> _file;
    private readonly Lazy<string> _place;
    private readonly (long, DateTime) _state;

    public TextFile(string path) =>
        (_path, _file, _place, _state) = (
            path,
            new(() => DatasetFile.OpenHandle(path)),
            new(() => TableFile.PlaceOf(path, TableFile.IsParquet(_file!.Value))),
            State(path)
        );

    /// <param name="offset">Where the string begins, with its quote.</param>
    /// <param name="length">Bytes of it as it stands there, quotes and escapes included.</param>
    /// <exception cref="UserErrorException">It is not there any more.</exception>
    public string Read(long offset, int length)
    {
        var bytes = ArrayPool<byte>.Shared.Rent(2 * length);
        try
        {
            var json = bytes.AsSpan(0, length);
            var text = bytes.AsSpan(length, length);
            ReadBytes(offset, json);
            return JsonText.ReadString(json, 0, text, out var count, out _) == length
                ? Encoding.UTF8.GetString(text[..count])
                : throw HasChanged();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
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
        if (_file.IsValueCreated)
        {
            _file.Value.Dispose();
        }
    }

    private static (long Length, DateTime Written) State(string path) =>
        DatasetFile.Info(path) is { Exists: true } file ? (file.Length, file.LastWriteTimeUtc) : default;

    private UserErrorException HasChanged() => DatasetFile.HasChanged(_path);

    private void ReadBytes(long offset, Span<byte> to)
    {
        var piece = _last ??= new Piece();
        if (!piece.TryCopy(this, offset, to) && (to.Length > Piece.Capacity || !piece.Read(this, offset).TryCopy(this, offset, to)))
        {
            for (var read = 0; read < to.Length; )
            {
                var more = RandomAccess.Read(_file.Value, to[read..], offset + read);
                read += more > 0 ? more : throw HasChanged();
            }
        }
    }

    /// <summary>A part of a file.</summary>
    private sealed class Piece
    {
        public const int Capacity = 1 << 12;

        private readonly byte[] _bytes = new byte[Capacity];
        private TextFile? _file;
        private long _offset;
        private int _count;

        /// <returns>False: it does not hold all of them.</returns>
        public bool TryCopy(TextFile file, long offset, Span<byte> to)
        {
            var holds = file == _file && offset >= _offset && offset + to.Length <= _offset + _count;
            if (holds)
            {
                _bytes.AsSpan((int)(offset - _offset), to.Length).CopyTo(to);
            }

            return holds;
        }

        /// <summary>Reads as much as it can hold, or less.</summary>
        public Piece Read(TextFile file, long offset)
        {
            (_file, _offset, _count) = (file, offset, 0);
            _count = RandomAccess.Read(file._file.Value, _bytes, offset);
            return this;
        }
    }
}

/// <summary>The files of an input.</summary>
public sealed class TextFiles(IReadOnlyList<string> paths) : IDisposable
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
