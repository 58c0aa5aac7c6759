namespace SkillFactory.ProcessTests;

/// <summary>What a program did on the network, from its start; see <see cref="TestKit.Network.NetworkObserver"/>.</summary>
internal sealed class ObservedNetwork : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    /// <summary>Environment variables of the observed program.</summary>
    public IEnumerable<(string Name, string Value)> Environment =>
        [
            ("DOTNET_STARTUP_HOOKS", Path.Combine(AppContext.BaseDirectory, "SkillFactory.TestKit.dll")),
            ("SKILLFACTORY_NETWORK_OBSERVATIONS", FilePath),
        ];

    private string FilePath => Path.Combine(_folder.Path, "network");

    /// <summary>What the program has done so far, each only once.</summary>
    /// <param name="action">"connect", "accept" or "resolve".</param>
    /// <returns>The addresses or names.</returns>
    public IReadOnlyList<string> All(string action)
    {
        using var file = new StreamReader(new FileStream(FilePath, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        return
        [
            .. file.ReadToEnd()
                .Split('\n')
                .Where(line => line.StartsWith($"{action} ", StringComparison.Ordinal))
                .Select(line => line[(action.Length + 1)..].Trim())
                .Distinct(),
        ];
    }

    public void Dispose() => _folder.Dispose();
}
