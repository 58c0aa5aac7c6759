using System.Globalization;
using System.Security.Cryptography;
using Garnet;
using Microsoft.Extensions.Logging;
using SkillFactory.Primitives.Errors;
using StackExchange.Redis;

namespace SkillFactory.Hosting.Embedded;

/// <summary>
/// A Redis-compatible server (Garnet) in this process that keeps its data in a folder. Grain state is stored as in a cluster, but nothing
/// has to be installed. A write is acknowledged after it is in the append-only file, so a killed process loses no acknowledged write.
/// It asks for a password that only this process knows, because any user of the machine can connect to a port.
/// </summary>
internal sealed class EmbeddedStore : IDisposable
{
    /// <summary>When the store opens, a larger append-only file is replaced by a checkpoint. This limits the time to open it.</summary>
    private const long CheckpointThreshold = 64L << 20;

    private readonly GarnetServer _server;
    private readonly ILoggerFactory _loggers;
    private readonly string _password;

    private EmbeddedStore(GarnetServer server, ILoggerFactory loggers, int port, string password, StoreFailureMonitor monitor)
    {
        _server = server;
        _loggers = loggers;
        _password = password;
        Port = port;
        Failed = monitor.Failed;
    }

    /// <summary>Faults, with a message for the user, when the store can no longer be written. Never completes otherwise.</summary>
    public Task Failed { get; }

    public int Port { get; }

    public ConfigurationOptions Connection =>
        new()
        {
            EndPoints = { { "127.0.0.1", Port } },
            Password = _password,
            AbortOnConnectFail = false,
            ConnectTimeout = 15_000,
            AllowAdmin = true,
        };

    /// <summary>Opens the store on a loopback port and recovers the data in its folder. It takes ownership of
    /// <paramref name="loggers"/>.</summary>
    /// <exception cref="UserErrorException">The folder cannot be used, or its data is damaged.</exception>
    public static async Task<EmbeddedStore> OpenAsync(string folder, int port, ILoggerFactory loggers)
    {
        GarnetServer? server = null;
        try
        {
            Prepare(folder);
            var needsCheckpoint = AppendOnlyFileBytes(folder) > CheckpointThreshold;
            var monitor = new StoreFailureMonitor(folder);
            loggers.AddProvider(monitor);
            var password = RandomNumberGenerator.GetHexString(64, lowercase: true);
            using (new RecoveryMarker(folder))
            {
                server = new GarnetServer(Arguments(folder, port, password), loggers);
                server.Start();
            }

            if (monitor.FirstError is { } error)
            {
                throw new UserErrorException(
                    $"{RecoveryMarker.Damaged(folder)}: {error.Message.TrimEnd('.')}. {RecoveryMarker.Remedy(folder)}",
                    error
                );
            }

            var store = new EmbeddedStore(server, loggers, port, password, monitor);
            if (needsCheckpoint)
            {
                await using var connection = await ConnectionMultiplexer.ConnectAsync(store.Connection);
                await connection.GetServers()[0].ExecuteAsync("SAVE");
            }

            return store;
        }
        catch
        {
            server?.Dispose();
            loggers.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        _server.Dispose();
        _loggers.Dispose();
    }

    private static void Prepare(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException($"The state folder {folder} cannot be used: {e.Message}", e);
        }
    }

    private static string[] Arguments(string folder, int port, string password) =>
        [
            "--port",
            port.ToString(CultureInfo.InvariantCulture),
            "--bind",
            "127.0.0.1",
            "--auth",
            "Password",
            "--password",
            password,
            "-q",
            // Grain storage compares ETags in scripts.
            "--lua",
            "--lua-transaction-mode",
            // Each write waits until it is in the append-only file.
            "--aof",
            "--aof-commit-wait",
            "--aof-commit-freq",
            "0",
            "--recover",
            "--checkpointdir",
            folder,
            // Records that exceed the memory below are written to disk; without this option they are silently dropped.
            "--storage-tier",
            "--logdir",
            Path.Combine(folder, "log"),
            // The native device needs libaio, which may not be installed.
            "--device-type",
            "RandomAccess",
            "--memory",
            "64m",
            "--page",
            "4m",
            "--index",
            "8m",
            "--segment",
            "64m",
            "--object-log-segment",
            "64m",
            // An append-only page must hold two pages of the main log.
            "--aof-memory",
            "32m",
            "--aof-page-size",
            "8m",
            "--aof-segment-size",
            "16m",
        ];

    private static long AppendOnlyFileBytes(string folder)
    {
        var aof = new DirectoryInfo(Path.Combine(folder, "AOF"));
        return aof.Exists ? aof.EnumerateFiles("*", SearchOption.AllDirectories).Sum(f => f.Length) : 0;
    }
}
