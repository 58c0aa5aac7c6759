using System.Net.Sockets;
using System.Security.Cryptography;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Hosting.Attaching;

/// <summary>Where another process of the same user attaches to the process that runs a workspace: a Unix domain socket in a folder that
/// only the user can enter. Whoever connects must first send the key.</summary>
/// <param name="Socket">Path of the socket.</param>
/// <param name="Key">256 random bits in hexadecimal, new for each start.</param>
public sealed record AttachPoint(string Socket, string Key)
{
    private const int KeyBytes = 32;

    /// <summary>A new folder and a new key. Nothing listens yet.</summary>
    /// <exception cref="UserErrorException">The folder for temporary files cannot be used.</exception>
    public static AttachPoint Create()
    {
        // A socket's path is limited to about 100 bytes, so it cannot be in the workspace. On Unix the new folder has mode 0700; on
        // Windows it is inside the user's profile.
        try
        {
            var folder = Directory.CreateTempSubdirectory("skillfactory-").FullName;
            var point = new AttachPoint(Path.Combine(folder, "attach"), RandomNumberGenerator.GetHexString(2 * KeyBytes, lowercase: true));
            try
            {
                _ = point.EndPoint;
                return point;
            }
            catch
            {
                point.Delete();
                throw;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentOutOfRangeException)
        {
            var reason = e is ArgumentOutOfRangeException ? "its path is too long for a socket" : e.Message;
            throw new UserErrorException(
                $"The folder for temporary files {Path.GetTempPath()} cannot be used: {reason}. Set "
                    + $"{(OperatingSystem.IsWindows() ? "TEMP" : "TMPDIR")} to another folder.",
                e
            );
        }
    }

    /// <exception cref="ArgumentOutOfRangeException">The path is too long.</exception>
    internal UnixDomainSocketEndPoint EndPoint => new(Socket);

    /// <summary>Deletes the socket and its folder, if they exist.</summary>
    public void Delete()
    {
        try
        {
            File.Delete(Socket);
            Directory.Delete(Path.GetDirectoryName(Socket)!);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // An empty folder for temporary files harms nobody.
        }
    }

    /// <summary>The first thing that a process sends after it has connected.</summary>
    internal async Task SendKeyAsync(Socket socket, CancellationToken cancellationToken)
    {
        ReadOnlyMemory<byte> key = Convert.FromHexString(Key);
        while (key.Length > 0)
        {
            key = key[await socket.SendAsync(key, cancellationToken)..];
        }
    }

    /// <summary>Whether the other side sends the key, and not another one or none.</summary>
    internal async Task<bool> ReceiveKeyAsync(Socket socket, CancellationToken cancellationToken)
    {
        var received = new byte[KeyBytes];
        for (var length = 0; length < received.Length; )
        {
            var read = await socket.ReceiveAsync(received.AsMemory(length), cancellationToken);
            if (read == 0)
            {
                return false;
            }

            length += read;
        }

        return CryptographicOperations.FixedTimeEquals(received, Convert.FromHexString(Key));
    }

    /// <summary>Without the key, which must not be logged.</summary>
    public override string ToString() => Socket;
}
