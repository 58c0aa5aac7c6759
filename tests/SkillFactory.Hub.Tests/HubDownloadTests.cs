using System.Text.Json;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Hub.Tests;

public sealed class HubDownloadTests : IAsyncLifetime, IDisposable
{
    private static readonly Retrying Quick = new(TimeSpan.FromMilliseconds(1));
    private readonly TemporaryFolder _folder = new();
    private StandInHub _hub = null!;

    public async Task InitializeAsync()
    {
        _hub = await StandInHub.StartAsync();
        _hub.Add("config.json", "{}").Add("sub/notes.txt", "über").Add("model.safetensors", Weights, large: true).Add("empty.txt", "");
    }

    public async Task DisposeAsync() => await _hub.DisposeAsync();

    public void Dispose() => _folder.Dispose();

    private static byte[] Weights { get; } = [.. Enumerable.Range(0, 3_000_000).Select(i => (byte)(i * 31 >> 3))];

    private string Target => Path.Combine(_folder.Path, "model");

    private async Task<PullProgress> PullAsync(
        string? token = null,
        IProgress<PullProgress>? progress = null,
        CancellationToken stop = default
    )
    {
        var repository = HubRepository.Parse(_hub.Repository);
        using var client = new HubClient(_hub.With(token), Quick);
        var commit = await client.ResolveAsync(repository, stop);
        var files = await client.ListAsync(repository, commit, stop);
        return await new HubDownload(client, repository, commit, Target, progress, Quick).RunAsync(files, stop);
    }

    private async Task RequireWholeAsync()
    {
        Assert.Equal("{}", await File.ReadAllTextAsync(Path.Combine(Target, "config.json")));
        Assert.Equal("über", await File.ReadAllTextAsync(Path.Combine(Target, "sub", "notes.txt")));
        Assert.Empty(await File.ReadAllBytesAsync(Path.Combine(Target, "empty.txt")));
        Assert.Equal(Weights, await File.ReadAllBytesAsync(Path.Combine(Target, "model.safetensors")));
        Assert.False(Directory.Exists(Path.Combine(Target, HubDownload.PartsFolder)));
    }

    [Fact]
    public async Task All_files_of_all_pages_arrive_with_their_source()
    {
        var done = await PullAsync();

        await RequireWholeAsync();
        Assert.Equal(4, done.FinishedFiles);
        Assert.Equal(Weights.Length + "{}".Length + 5, done.TransferredBytes);
        using var source = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(Target, HubDownload.SourceFile)));
        Assert.Equal(StandInHub.Commit, source.RootElement.GetProperty("commit").GetString());
        Assert.Equal(4, source.RootElement.GetProperty("files").GetArrayLength());
    }

    [Fact]
    public async Task A_second_download_transfers_nothing()
    {
        await PullAsync();

        Assert.Equal(0, (await PullAsync()).TransferredBytes);
        await RequireWholeAsync();
    }

    [Fact]
    public async Task A_broken_transfer_goes_on_where_it_broke()
    {
        _hub.BreakAfter.Enqueue(1_000_000);
        _hub.BreakAfter.Enqueue(500_000);

        // Only the large file is left to transfer.
        Directory.CreateDirectory(Path.Combine(Target, "sub"));
        await File.WriteAllTextAsync(Path.Combine(Target, "config.json"), "{}");
        await File.WriteAllTextAsync(Path.Combine(Target, "sub", "notes.txt"), "über");
        await File.WriteAllTextAsync(Path.Combine(Target, "empty.txt"), "");

        var done = await PullAsync();

        await RequireWholeAsync();
        Assert.Equal(Weights.Length, done.TransferredBytes);
        Assert.Equal(["", "bytes=1000000-", "bytes=1500000-"], _hub.Requests.Where(r => r.Role == "storage").Select(r => r.Range));
    }

    [Fact]
    public async Task A_stopped_download_goes_on_in_the_next_one()
    {
        using var stop = new CancellationTokenSource();
        var half = new Stopper(stop, Weights.Length / 2);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => PullAsync(progress: half, stop: stop.Token));
        Assert.False(File.Exists(Path.Combine(Target, "model.safetensors")));

        var done = await PullAsync();

        await RequireWholeAsync();
        Assert.InRange(done.TransferredBytes, 1, Weights.Length - (Weights.Length / 2));
    }

    [Fact]
    public async Task A_server_without_ranges_sends_the_file_again()
    {
        _hub.WholeFilesOnly = true;
        Directory.CreateDirectory(Path.Combine(Target, HubDownload.PartsFolder));
        var hash = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Weights));
        await File.WriteAllBytesAsync(Path.Combine(Target, HubDownload.PartsFolder, hash), Weights[..700_000]);

        await PullAsync();

        await RequireWholeAsync();
    }

    [Fact]
    public async Task A_damaged_part_is_received_again()
    {
        Directory.CreateDirectory(Path.Combine(Target, HubDownload.PartsFolder));
        var hash = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Weights));
        await File.WriteAllBytesAsync(Path.Combine(Target, HubDownload.PartsFolder, hash), new byte[700_000]);

        await PullAsync();

        await RequireWholeAsync();
    }

    [Fact]
    public async Task Content_with_another_hash_never_gets_its_name()
    {
        _hub.Corrupts = true;

        var error = await Assert.ThrowsAsync<UserErrorException>(() => PullAsync());

        Assert.Contains("does not have the hash", error.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(Target, "config.json")));
        Assert.False(File.Exists(Path.Combine(Target, "model.safetensors")));
    }

    [Fact]
    public async Task A_busy_server_is_asked_again()
    {
        _hub.Busy = 3;

        await PullAsync();

        await RequireWholeAsync();
    }

    [Fact]
    public async Task The_token_goes_to_the_hub_and_not_to_its_storage()
    {
        _hub.Token = "hf_secret";

        await PullAsync("hf_secret");

        await RequireWholeAsync();
        Assert.All(_hub.Requests, r => Assert.Equal(r.Role == "pages", r.HasToken));
        Assert.Contains(_hub.Requests, r => r.Role == "storage");
    }

    [Theory]
    [InlineData(null, "set HF_TOKEN to an access token")]
    [InlineData("hf_wrong", "has no access to it")]
    public async Task A_private_repository_is_refused_with_what_would_help(string? token, string expected)
    {
        _hub.Token = "hf_secret";

        var error = await Assert.ThrowsAsync<UserErrorException>(() => PullAsync(token));

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Target));
    }

    [Fact]
    public async Task A_gated_repository_is_refused_with_the_page_of_its_terms()
    {
        _hub.Gated = true;

        var error = await Assert.ThrowsAsync<UserErrorException>(() => PullAsync());

        Assert.Contains($"accept its terms at {_hub.Address}lab/model", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_revision_is_named()
    {
        using var client = new HubClient(_hub.With(), Quick);

        var error = await Assert.ThrowsAsync<UserErrorException>(() =>
            client.ResolveAsync(HubRepository.Parse("lab/model@v2"), CancellationToken.None)
        );

        Assert.Contains("the revision 'v2' does not exist", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_of_the_user_is_not_overwritten()
    {
        Directory.CreateDirectory(Target);
        await File.WriteAllTextAsync(Path.Combine(Target, "config.json"), "mine");

        var error = await Assert.ThrowsAsync<UserErrorException>(() => PullAsync());

        Assert.Contains("config.json exists with other content", error.Message, StringComparison.Ordinal);
        Assert.Equal("mine", await File.ReadAllTextAsync(Path.Combine(Target, "config.json")));
    }

    [Theory]
    [InlineData("../outside.txt")]
    [InlineData("/etc/outside.txt")]
    [InlineData("sub/../../outside.txt")]
    [InlineData("sub\\..\\..\\outside.txt")]
    [InlineData("C:outside.txt")]
    public async Task A_path_that_leaves_the_folder_is_refused(string path)
    {
        _hub.Add(path, "evil");

        var error = await Assert.ThrowsAsync<UserErrorException>(() => PullAsync());

        Assert.Contains("outside the target folder", error.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Target));
    }

    [Fact]
    public async Task A_hub_that_is_not_there_is_named()
    {
        var address = _hub.Address;
        await _hub.DisposeAsync();
        using var client = new HubClient(new HubAddress(address, null), Quick);

        var error = await Assert.ThrowsAsync<UserErrorException>(() =>
            client.ResolveAsync(HubRepository.Parse("lab/model"), CancellationToken.None)
        );

        Assert.Contains($"the hub at {address} does not answer", error.Message, StringComparison.Ordinal);
    }

    private sealed class Stopper(CancellationTokenSource stop, long bytes) : IProgress<PullProgress>
    {
        public void Report(PullProgress value)
        {
            if (value.TransferredBytes > bytes)
            {
                stop.Cancel();
            }
        }
    }
}
