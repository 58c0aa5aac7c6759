using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Hub;

/// <summary>
/// The parts of the hub's HTTP interface that a download needs: a revision's commit, its list of files, and a file's bytes. The paths and
/// headers are those of the hub's own client (huggingface_hub, <c>hf_api.py</c> and <c>file_download.py</c>).
/// </summary>
public sealed class HubClient : IDisposable
{
    private const string ErrorCode = "X-Error-Code";
    private const string ErrorMessage = "X-Error-Message";

    private readonly HubAddress _address;
    private readonly Retrying _retrying;
    private readonly HttpClient _http;

    public HubClient(HubAddress address)
        : this(address, Retrying.Usual) { }

    internal HubClient(HubAddress address, Retrying retrying)
    {
        (_address, _retrying) = (address, retrying);

        // Redirects are followed here, because the token must not leave the hub's own host.
        _http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, ConnectTimeout = TimeSpan.FromSeconds(20) })
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
        _http.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("skillfactory", "0.1"));
    }

    /// <summary>The commit that the revision names.</summary>
    /// <exception cref="UserErrorException">The repository or revision does not exist, or access is refused.</exception>
    public async Task<string> ResolveAsync(HubRepository repository, CancellationToken cancellationToken)
    {
        var address = Address($"{repository.ApiPath}/revision/{Uri.EscapeDataString(repository.Revision)}");
        using var document = await ReadJsonAsync(repository, address, cancellationToken);
        return document.Body.RootElement.TryGetProperty("sha", out var sha) && sha.GetString() is { Length: > 0 } commit
            ? commit
            : throw NotTheHub(address);
    }

    /// <summary>All files of a commit.</summary>
    /// <exception cref="UserErrorException">As in <see cref="ResolveAsync"/>.</exception>
    public async Task<IReadOnlyList<HubFile>> ListAsync(HubRepository repository, string commit, CancellationToken cancellationToken)
    {
        var files = new List<HubFile>();
        for (Uri? page = Address($"{repository.ApiPath}/tree/{Uri.EscapeDataString(commit)}?recursive=true"); page is not null; )
        {
            using var document = await ReadJsonAsync(repository, page, cancellationToken);
            if (document.Body.RootElement.ValueKind != JsonValueKind.Array)
            {
                throw NotTheHub(page);
            }

            files.AddRange(document.Body.RootElement.EnumerateArray().Select(entry => ReadFile(entry, repository)).OfType<HubFile>());
            page = document.Next;
        }

        return files;
    }

    /// <summary>Opens a file from a byte on.</summary>
    /// <param name="offset">First byte. The server may ignore it.</param>
    /// <returns>A transfer that begins at the offset, or at 0.</returns>
    /// <exception cref="UserErrorException">The file is missing or access is refused.</exception>
    /// <exception cref="HttpRequestException">The server failed in a way that may pass.</exception>
    public async Task<HubTransfer> OpenAsync(
        HubRepository repository,
        string commit,
        HubFile file,
        long offset,
        CancellationToken cancellationToken
    )
    {
        var path = string.Join('/', file.Path.Split('/').Select(Uri.EscapeDataString));
        var response = await SendAsync(
            Address($"{repository.PagePath}/resolve/{Uri.EscapeDataString(commit)}/{path}"),
            offset > 0 ? new RangeHeaderValue(offset, null) : null,
            cancellationToken
        );
        try
        {
            await RequireSuccessAsync(response, repository, file.Path, cancellationToken);
            var from = response.StatusCode == HttpStatusCode.PartialContent ? response.Content.Headers.ContentRange?.From ?? offset : 0;
            return new HubTransfer(await response.Content.ReadAsStreamAsync(cancellationToken), response, from);
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }

    public void Dispose() => _http.Dispose();

    private Uri Address(string path) => new(_address.Endpoint, path);

    private async Task<Page> ReadPageAsync(HubRepository repository, Uri address, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(address, null, cancellationToken);
        await RequireSuccessAsync(response, repository, null, cancellationToken);
        try
        {
            await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
            return new Page(await JsonDocument.ParseAsync(body, cancellationToken: cancellationToken), NextPage(response));
        }
        catch (JsonException)
        {
            throw NotTheHub(address);
        }
    }

    private async Task<Page> ReadJsonAsync(HubRepository repository, Uri address, CancellationToken cancellationToken)
    {
        try
        {
            return await _retrying.RunAsync(() => ReadPageAsync(repository, address, cancellationToken), () => false, cancellationToken);
        }
        catch (HttpRequestException error)
        {
            throw new UserErrorException(
                $"the hub at {_address.Endpoint} does not answer: {error.Message.TrimEnd('.')}; "
                    + $"set {HubAddress.EndpointVariable} if yours is elsewhere, and HTTPS_PROXY for a proxy",
                error
            );
        }
    }

    private async Task<HttpResponseMessage> SendAsync(Uri address, RangeHeaderValue? range, CancellationToken cancellationToken)
    {
        const int MaxRedirects = 8;
        for (var redirects = 0; ; redirects++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, address);
            request.Headers.Range = range;
            if (
                _address.Token is { } token
                && address.Authority == _address.Endpoint.Authority
                && address.Scheme == _address.Endpoint.Scheme
            )
            {
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
            }

            var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            if ((int)response.StatusCode is < 300 or >= 400 || response.Headers.Location is not { } location)
            {
                return response;
            }

            response.Dispose();
            if (redirects == MaxRedirects)
            {
                throw new HttpRequestException($"{address} redirects more than {MaxRedirects} times.");
            }

            address = new Uri(address, location);
        }
    }

    private async Task RequireSuccessAsync(
        HttpResponseMessage response,
        HubRepository repository,
        string? file,
        CancellationToken cancellationToken
    )
    {
        if (response.IsSuccessStatusCode)
        {
            return;
        }

        var code = Header(response, ErrorCode);
        var page = new Uri(_address.Endpoint, repository.PagePath);
        throw (response.StatusCode, code) switch
        {
            (_, "GatedRepo") => new UserErrorException(
                $"{repository} is gated: accept its terms at {page}"
                    + (
                        _address.Token is null
                            ? $", then set {HubAddress.TokenVariable} to an access token of that account"
                            : " with the token's account"
                    )
            ),
            (_, "RevisionNotFound") => new UserErrorException($"{repository}: the revision '{repository.Revision}' does not exist"),
            (_, "EntryNotFound") => new UserErrorException($"{repository}: the file '{file}' does not exist"),
            (HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden or HttpStatusCode.NotFound, _) => new UserErrorException(
                $"{repository} does not exist on {_address.Endpoint.Authority}, or is private"
                    + (
                        _address.Token is null
                            ? $"; for a private one set {HubAddress.TokenVariable} to an access token"
                            : $"; the token in {HubAddress.TokenVariable} or the token file has no access to it"
                    )
                    + (repository.Kind == HubKind.Model ? ". A data set is written datasets/ORG/NAME" : "")
            ),
            var (status, _) when (int)status >= 500 || status is HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout =>
                new HttpRequestException($"{(int)status} {response.ReasonPhrase}", null, status),
            var (status, _) => new UserErrorException(
                $"{_address.Endpoint.Authority} refused {repository}: {(int)status} "
                    + (Header(response, ErrorMessage) ?? await BriefAsync(response, cancellationToken))
            ),
        };
    }

    private static HubFile? ReadFile(JsonElement entry, HubRepository repository)
    {
        if (entry.GetProperty("type").GetString() != "file")
        {
            return null;
        }

        var path = entry.GetProperty("path").GetString()!;
        if (path.Split('/').Any(part => part is "" or "." or "..") || path.Contains('\\') || path.Contains(':') || Path.IsPathRooted(path))
        {
            throw new UserErrorException($"{repository} lists the file '{path}', which would be written outside the target folder");
        }

        var size = entry.GetProperty("size").GetInt64();
        return entry.TryGetProperty("lfs", out var lfs) && lfs.ValueKind == JsonValueKind.Object
            ? new HubFile(path, lfs.GetProperty("size").GetInt64(), lfs.GetProperty("oid").GetString()!.Replace("sha256:", ""), null)
            : new HubFile(path, size, null, entry.GetProperty("oid").GetString());
    }

    /// <summary>The next page of a list, from the Link header (RFC 8288).</summary>
    private Uri? NextPage(HttpResponseMessage response)
    {
        var link = Header(response, "Link");
        var next = link?.Split(',').FirstOrDefault(part => part.Contains("rel=\"next\"", StringComparison.Ordinal));
        if (next is null)
        {
            return null;
        }

        var target = new Uri(_address.Endpoint, next[(next.IndexOf('<') + 1)..next.IndexOf('>')]);

        // A mirror may repeat the links of the hub that it copies.
        return target.Authority == _address.Endpoint.Authority ? target : new Uri(_address.Endpoint, target.PathAndQuery.TrimStart('/'));
    }

    private static string? Header(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var values) ? string.Join(",", values) : null;

    private static async Task<string> BriefAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        const int Longest = 200;
        var text = (await response.Content.ReadAsStringAsync(cancellationToken)).ReplaceLineEndings(" ").Trim();
        return text.Length > Longest ? text[..Longest] : text;
    }

    private static UserErrorException NotTheHub(Uri address) =>
        new($"{address} does not answer as the hub does; check {HubAddress.EndpointVariable}");

    private sealed record Page(JsonDocument Body, Uri? Next) : IDisposable
    {
        public void Dispose() => Body.Dispose();
    }
}
