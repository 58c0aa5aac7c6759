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
    private readonly string _path;
    private readonly Lazy<SafeFileHandle> _file;
    private readonly Lazy<string> _place;
    private readonly (long, DateTime) _state;

    public TextFile(string path) =>
        (_path, _file, _place, _state) = (path, new(() => DatasetFile.OpenHandle(path)), new(() => TableFile.PlaceOf(path, TableFile.IsParquet(_file!.Value))), State(path));

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
            for (var read = 0; read < length;)
            {
                var more = RandomAccess.Read(_file.Value, json[read..], offset + read);
                read += more > 0 ? more : throw HasChanged();
            }

            return JsonText.ReadString(json, 0, text, out var count) == length ? Encoding.UTF8.GetString(text[..count]) : throw HasChanged();
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

    private static (long Length, DateTime Written) State(string path) => DatasetFile.Info(path) is { Exists: true } file ? (file.Length, file.LastWriteTimeUtc) : default;

    private UserErrorException HasChanged() => DatasetFile.HasChanged(_path);
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
