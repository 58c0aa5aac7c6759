using System.Security.Cryptography;
using System.Text;

namespace SkillFactory.Hub;

/// <summary>Computes the hash by which the hub names a file's content: SHA-256 for large files, else git's blob hash.</summary>
internal sealed class ContentHash : IDisposable
{
    private readonly HubFile _file;
    private readonly IncrementalHash _hash;

    private ContentHash(HubFile file)
    {
        // Git names its objects by SHA-1; the hub offers no other hash for small files.
        (_file, _hash) = (file, IncrementalHash.CreateHash(file.Sha256 is null ? HashAlgorithmName.SHA1 : HashAlgorithmName.SHA256));
        AddPrefix();
    }

    public static ContentHash Of(HubFile file) => new(file);

    public void Add(ReadOnlySpan<byte> content) => _hash.AppendData(content);

    /// <summary>Adds the rest of a stream.</summary>
    /// <returns>Number of bytes.</returns>
    public async Task<long> AddAsync(Stream content, CancellationToken cancellationToken)
    {
        var buffer = new byte[1 << 18];
        long total = 0;
        for (int count; (count = await content.ReadAsync(buffer, cancellationToken)) > 0; total += count)
        {
            Add(buffer.AsSpan(0, count));
        }

        return total;
    }

    public async Task AddFileAsync(string path, CancellationToken cancellationToken)
    {
        await using var stream = File.OpenRead(path);
        await AddAsync(stream, cancellationToken);
    }

    /// <summary>Forgets what was added.</summary>
    public void Restart()
    {
        _ = _hash.GetHashAndReset();
        AddPrefix();
    }

    /// <summary>Whether what was added is the file's content. Forgets it.</summary>
    public bool Matches() => string.Equals(Convert.ToHexString(_hash.GetHashAndReset()), _file.Hash, StringComparison.OrdinalIgnoreCase);

    public void Dispose() => _hash.Dispose();

    private void AddPrefix()
    {
        if (_file.Sha256 is null)
        {
            Add(Encoding.ASCII.GetBytes($"blob {_file.Size}\0"));
        }
    }
}
