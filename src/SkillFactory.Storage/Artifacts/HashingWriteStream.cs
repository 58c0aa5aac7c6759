using System.Security.Cryptography;

namespace SkillFactory.Storage.Artifacts;

/// <summary>Passes bytes on and hashes them on the way. Leaves the inner stream open.</summary>
/// <param name="makeSure">Called before the first byte and about once per <see cref="CheckedBytes"/>, with the bytes written so far: throws when
/// there should be no more.</param>
internal sealed class HashingWriteStream(Stream inner, IncrementalHash hasher, Action<long> makeSure) : Stream
{
    public const int CheckedBytes = 1 << 20;

    private long _next;

    public long BytesWritten { get; private set; }

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => BytesWritten;

    public override long Position
    {
        get => BytesWritten;
        set => throw new NotSupportedException("Artifacts are written front to back.");
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        MakeSure();
        inner.Write(buffer);
        hasher.AppendData(buffer);
        BytesWritten += buffer.Length;
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        MakeSure();
        await inner.WriteAsync(buffer, cancellationToken);
        hasher.AppendData(buffer.Span);
        BytesWritten += buffer.Length;
    }

    public override void Flush() => inner.Flush();

    public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Write only.");

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException("Artifacts are written front to back.");

    public override void SetLength(long value) => throw new NotSupportedException("Artifacts are written front to back.");

    private void MakeSure()
    {
        if (BytesWritten >= _next)
        {
            makeSure(BytesWritten);
            _next = BytesWritten + CheckedBytes;
        }
    }
}
