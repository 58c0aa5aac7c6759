using System.Globalization;
using Garnet;
using Microsoft.Extensions.Logging;
using SkillFactory.Primitives.Errors;
using StackExchange.Redis;

namespace SkillFactory.Hosting.Embedded;

/// <summary>
/// A Redis-compatible server inside this process, with its data in a folder: grain state takes the same road as in a cluster, and nothing
/// has to be installed. A write is in the append-only file before it is answered, so a killed process loses none.
/// </summary>
internal sealed class EmbeddedStore : IDisposable
{
    /// <summary>From this size on the append-only file is folded into a checkpoint when the store opens: it bounds how long that takes.</summary>
    private const long CheckpointFromBytes = 64L << 20;

    private readonly GarnetServer _server;
    private readonly ILoggerFactory _loggers;

    private EmbeddedStore(GarnetServer server, ILoggerFactory loggers, int port, StoreWatch watch)
    {
        _server = server;
        _loggers = loggers;
        Port = port;
        Failed = watch.Failed;
    }

    /// <summary>Faults when the store can no longer be written; the message is for a person. Never completes otherwise.</summary>
    public Task Failed { get; }

    public int Port { get; }

    public ConfigurationOptions Connection =>
        new()
        {
            EndPoints = { { "127.0.0.1", Port } },
            AbortOnConnectFail = false,
            ConnectTimeout = 15_000,
            AllowAdmin = true,
        };

    /// <summary>Opens the store on a loopback port and recovers what is in its folder. It owns <paramref name="loggers"/>.</summary>
    /// <exception cref="UserErrorException">The folder cannot be used, or what is in it is damaged.</exception>
    public static async Task<EmbeddedStore> OpenAsync(string folder, int port, ILoggerFactory loggers)
    {
        GarnetServer? server = null;
        try
        {
            Prepare(folder);
            var needsCheckpoint = AppendOnlyFileBytes(folder) > CheckpointFromBytes;
            var watch = new StoreWatch(folder);
            loggers.AddProvider(watch);
            using (new OpeningMark(folder))
            {
                server = new GarnetServer(Arguments(folder, port), loggers);
                server.Start();
            }

            if (watch.FirstError is { } error)
            {
                throw new UserErrorException(
                    $"{OpeningMark.Damaged(folder)}: {error.Message.TrimEnd('.')}. {OpeningMark.WhatToDo(folder)}",
                    error
                );
            }

            var store = new EmbeddedStore(server, loggers, port, watch);
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
            throw new UserErrorException($"The folder of the experiments' state {folder} cannot be used: {e.Message}", e);
        }
    }

    private static string[] Arguments(string folder, int port) =>
        [
            "--port",
            port.ToString(CultureInfo.InvariantCulture),
            "--bind",
            "127.0.0.1",
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
            // Records that do not fit the memory below go to disk; without this they are dropped, silently.
            "--storage-tier",
            "--logdir",
            Path.Combine(folder, "log"),
            // The native device needs libaio, which a fresh machine may lack.
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
