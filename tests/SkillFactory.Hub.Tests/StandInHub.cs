using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace SkillFactory.Hub.Tests;

/// <summary>
/// A server with the hub's paths and headers on a loopback port: api/…/revision, api/…/tree in pages of two entries, and resolve. Large
/// files are redirected to a second port, as the hub does to its storage.
/// </summary>
internal sealed class StandInHub : IAsyncDisposable
{
    public const string Commit = "0123456789abcdef0123456789abcdef01234567";
    private const int PageSize = 2;

    private readonly WebApplication _pages;
    private readonly WebApplication _storage;
    private readonly Dictionary<string, (byte[] Content, bool Large)> _files = [];

    private StandInHub(WebApplication pages, WebApplication storage) => (_pages, _storage) = (pages, storage);

    public string Repository { get; init; } = "lab/model";

    /// <summary>Token that the repository requires; null for a public one.</summary>
    public string? Token { get; set; }

    public bool Gated { get; set; }

    /// <summary>Bytes after which the next transfers break, one entry each.</summary>
    public ConcurrentQueue<int> BreakAfter { get; } = new();

    /// <summary>Answers of status 503 before the server works.</summary>
    public int Busy { get; set; }

    /// <summary>Whether ranges are ignored.</summary>
    public bool WholeFilesOnly { get; set; }

    /// <summary>Changes the bytes of every transfer.</summary>
    public bool Corrupts { get; set; }

    /// <summary>Requests so far: host role, path, range and whether a token came along.</summary>
    public ConcurrentQueue<(string Role, string Path, string Range, bool HasToken)> Requests { get; } = new();

    public Uri Address => new(_pages.Urls.First() + "/");

    public HubAddress With(string? token = null) => new(Address, token);

    public static async Task<StandInHub> StartAsync()
    {
        var hub = new StandInHub(Build(), Build());
        hub._pages.Run(context => hub.AnswerAsync(context, "pages"));
        hub._storage.Run(context => hub.AnswerAsync(context, "storage"));
        await hub._pages.StartAsync();
        await hub._storage.StartAsync();
        return hub;
    }

    public StandInHub Add(string path, byte[] content, bool large = false)
    {
        _files[path] = (content, large);
        return this;
    }

    public StandInHub Add(string path, string content) => Add(path, Encoding.UTF8.GetBytes(content));

    public async ValueTask DisposeAsync()
    {
        await _pages.DisposeAsync();
        await _storage.DisposeAsync();
    }

    private static WebApplication Build()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        return builder.Build();
    }

    private async Task AnswerAsync(HttpContext context, string role)
    {
        var path = context.Request.Path.Value!.TrimStart('/');
        var token = context.Request.Headers.Authorization.ToString();
        Requests.Enqueue((role, path, context.Request.Headers.Range.ToString(), token.Length > 0));
        if (Busy > 0)
        {
            Busy--;
            context.Response.StatusCode = 503;
            return;
        }

        if (role == "storage")
        {
            await SendAsync(context, _files[path["blobs/".Length..]].Content);
            return;
        }

        var api = $"api/models/{Repository}/";
        var known = path.StartsWith(api, StringComparison.Ordinal) || path.StartsWith($"{Repository}/resolve/", StringComparison.Ordinal);
        if (!known || (Token is not null && token != $"Bearer {Token}"))
        {
            await RefuseAsync(context, 401, null, "Invalid username or password.");
        }
        else if (path == api + "revision/main" || path == api + "revision/" + Commit)
        {
            await context.Response.WriteAsJsonAsync(new { sha = Commit, gated = Gated });
        }
        else if (path.StartsWith(api + "revision/", StringComparison.Ordinal))
        {
            await RefuseAsync(context, 404, "RevisionNotFound", "Invalid rev id");
        }
        else if (path == api + "tree/" + Commit)
        {
            await ListAsync(context, path);
        }
        else if (Gated)
        {
            await RefuseAsync(context, 403, "GatedRepo", "Access to this repository is restricted.");
        }
        else
        {
            var name = path[$"{Repository}/resolve/{Commit}/".Length..];
            if (!_files.TryGetValue(name, out var file))
            {
                await RefuseAsync(context, 404, "EntryNotFound", "Entry not found");
            }
            else if (file.Large)
            {
                context.Response.Redirect($"{_storage.Urls.First()}/blobs/{name}");
            }
            else
            {
                await SendAsync(context, file.Content);
            }
        }
    }

    private Task ListAsync(HttpContext context, string path)
    {
        var start = int.Parse(context.Request.Query["cursor"].FirstOrDefault() ?? "0", System.Globalization.CultureInfo.InvariantCulture);
        object[] all =
        [
            new
            {
                type = "directory",
                path = "folder",
                oid = "00",
                size = 0,
            },
            .. _files.Select(f => Entry(f.Key, f.Value.Content, f.Value.Large)),
        ];
        if (start + PageSize < all.Length)
        {
            context.Response.Headers.Link = $"<{Address}{path}?recursive=true&cursor={start + PageSize}>; rel=\"next\"";
        }

        return context.Response.WriteAsJsonAsync(all.Skip(start).Take(PageSize));
    }

    private static object Entry(string path, byte[] content, bool large) =>
        large
            ? new
            {
                type = "file",
                path,
                size = content.Length,
                oid = "f00",
                lfs = new
                {
                    oid = Convert.ToHexStringLower(SHA256.HashData(content)),
                    size = content.Length,
                    pointerSize = 134,
                },
            }
            : new
            {
                type = "file",
                path,
                size = content.Length,
                oid = GitHash(content),
            };

    /// <summary>What <c>git hash-object</c> prints for the content.</summary>
    private static string GitHash(byte[] content)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA1);
        hash.AppendData(Encoding.ASCII.GetBytes($"blob {content.Length}\0"));
        hash.AppendData(content);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private async Task SendAsync(HttpContext context, byte[] content)
    {
        var from = 0;
        if (!WholeFilesOnly && context.Request.GetTypedHeaders().Range?.Ranges.Single().From is { } first)
        {
            from = (int)first;
            context.Response.StatusCode = 206;
            context.Response.Headers.ContentRange = $"bytes {from}-{content.Length - 1}/{content.Length}";
        }

        var rest = content[from..];
        if (Corrupts)
        {
            rest[0] ^= 1;
        }

        context.Response.ContentLength = rest.Length;
        if (BreakAfter.TryDequeue(out var bytes) && bytes < rest.Length)
        {
            await context.Response.Body.WriteAsync(rest.AsMemory(0, bytes));
            await context.Response.Body.FlushAsync();
            context.Abort();
            return;
        }

        await context.Response.Body.WriteAsync(rest);
    }

    private static async Task RefuseAsync(HttpContext context, int status, string? code, string message)
    {
        context.Response.StatusCode = status;
        if (code is not null)
        {
            context.Response.Headers["X-Error-Code"] = code;
        }

        context.Response.Headers["X-Error-Message"] = message;
        await context.Response.WriteAsync(message);
    }
}
