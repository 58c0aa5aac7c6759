namespace SkillFactory.Cli.Diagnosis;

/// <summary>The status of one check.</summary>
internal enum CheckStatus
{
    Ok,

    /// <summary>Works with a limitation.</summary>
    Warn,

    /// <summary>Not present, or does not work.</summary>
    Missing,
}

/// <summary>The result of one check.</summary>
/// <param name="Name">Stable name for scripts: "torch", "redis", ….</param>
/// <param name="Detail">What was found.</param>
/// <param name="Advice">What to do about it; empty when the status is Ok.</param>
/// <param name="Required">No recipe can run while this is missing.</param>
internal sealed record CheckResult(string Name, CheckStatus Status, string Detail, string Advice = "", bool Required = false)
{
    /// <summary>Measured values by name; the name includes the unit.</summary>
    public IReadOnlyDictionary<string, double> Values { get; init; } = new Dictionary<string, double>();

    public static CheckResult Ok(string name, string detail) => new(name, CheckStatus.Ok, detail);

    public static CheckResult Warn(string name, string detail, string advice) => new(name, CheckStatus.Warn, detail, advice);

    public static CheckResult Missing(string name, string detail, string advice, bool required = false) =>
        new(name, CheckStatus.Missing, detail, advice, required);
}
