using ICSharpCode.SharpZipLib.GZip;
using SkillFactory.Primitives.Errors;
using SkillFactory.Tables.Rows;

namespace SkillFactory.Tables.TextFiles;

/// <summary>A data file that is read from its start: text, or text compressed with gzip. A byte order mark is left out.</summary>
internal sealed class TextInput : IAsyncDisposable
{
    /// <summary>Bytes from which the format is told.</summary>
    private const int HeadBytes = 1 << 16;

    private readonly FileStream _file;
    private readonly string _path;

    /// <summary>Bytes of the file; 0 if unknown.</summary>
    private readonly long _length;

    /// <summary>Bytes of the byte order mark.</summary>
    private readonly int _mark;

    private readonly byte[] _head = new byte[HeadBytes];
    private Stream _text;
    private int _headEnd;
    private int _served;

    private TextInput(FileStream file, string path)
    {
        (_file, _text, _path) = (file, file, path);
        _length = file.CanSeek ? file.Length : 0;
        _headEnd = file.ReadAtLeast(_head, HeadBytes, throwOnEndOfStream: false);
        if (FileKind.IsParquet(Head))
        {
            Rewind("Parquet");
            Parquet = file;
        }
        else if (FileKind.IsGzip(Head))
        {
            Rewind("gzip");
            Decompress();
        }

        _served = _mark = Head.StartsWith("\uFEFF"u8) ? 3 : 0;
        FileKind.RefuseUnreadable(Head, path);
    }

    /// <exception cref="UserErrorException">The file cannot be opened, is empty, or is of a kind that is not read.</exception>
    public static TextInput Open(string path)
    {
        var file = DatasetFile.OpenRead(path);
        try
        {
            return new TextInput(file, path);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>The file, if it is a Parquet file and so no text.</summary>
    public FileStream? Parquet { get; }

    /// <summary>The first bytes that have not been read.</summary>
    public ReadOnlySpan<byte> Head => _head.AsSpan(_served, _headEnd - _served);

    /// <summary>Fills the buffer. Fewer bytes are returned only at the end of the text.</summary>
    /// <exception cref="UserErrorException">The compressed file is damaged or incomplete.</exception>
    public int Read(Span<byte> buffer)
    {
        var fromHead = Math.Min(buffer.Length, _headEnd - _served);
        _head.AsSpan(_served, fromHead).CopyTo(buffer);
        _served += fromHead;
        return fromHead + ReadText(buffer[fromHead..]);
    }

    /// <summary>Share of the file that has been read up to a place in the text, in [0, 1]; 0 if the size of the file is unknown.</summary>
    /// <param name="position">Bytes of text before the place.</param>
    public double ShareAt(long position) =>
        _length == 0 ? 0 : Math.Min(1, (double)(_text == _file ? _mark + position : _file.Position) / _length);

    public async ValueTask DisposeAsync()
    {
        await _text.DisposeAsync();
        await _file.DisposeAsync();
    }

    private void Rewind(string format)
    {
        _file.Position = _file.CanSeek
            ? 0
            : throw new UserErrorException($"{_path}: {format} cannot be read from a pipe; expected text, or the name of a file");
    }

    private void Decompress()
    {
        _text = new GZipInputStream(_file) { IsStreamOwner = false };
        _headEnd = ReadText(_head);
        if (FileKind.IsParquet(Head))
        {
            throw new UserErrorException($"{_path}: a Parquet file within a gzip file; decompress it (gunzip)");
        }
    }

    private int ReadText(Span<byte> buffer)
    {
        try
        {
            return _text.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
        }
        catch (Exception e) when (_text != _file && e is not OutOfMemoryException)
        {
            throw new UserErrorException(
                $"{_path}: the compressed file is damaged or incomplete ({e.Message}); nothing of it is used; copy or download it again",
                e
            );
        }
    }
}
