using System.Security.Cryptography;

namespace SkillFactory.Storage.Artifacts;

/// <summary>Writes to another stream and hashes the bytes. Leaves the inner stream open.</summary>
/// <param name="inner">Receives the bytes.</param>
/// <param name="hasher">Hashes the bytes.</param>
/// <param name="checkSpace">Called before the first byte and about once per <see cref="CheckInterval"/> bytes, with the number of bytes
/// written so far. Throws to stop the write.</param>
internal sealed class HashingWriteStream(Stream inner, IncrementalHash hasher, Action<long> checkSpace) : Stream
{
    public const int CheckInterval = 1 << 20;

    private long _nextCheck;

    public long BytesWritten { get; private set; }

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => BytesWritten;

    public override long Position
    {
        get => BytesWritten;
        set => throw new NotSupportedException("Artifacts are written sequentially.");
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        CheckSpace();
        inner.Write(buffer);
        hasher.AppendData(buffer);
        BytesWritten += buffer.Length;
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        CheckSpace();
        await inner.WriteAsync(buffer, cancellationToken);
        hasher.AppendData(buffer.Span);
        BytesWritten += buffer.Length;
    }

    public override void Flush() => inner.Flush();

    public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Write only.");

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException("Artifacts are written sequentially.");

    public override void SetLength(long value) => throw new NotSupportedException("Artifacts are written sequentially.");

    private void CheckSpace()
    {
        if (BytesWritten >= _nextCheck)
        {
            checkSpace(BytesWritten);
            _nextCheck = BytesWritten + CheckInterval;
        }
    }
}
