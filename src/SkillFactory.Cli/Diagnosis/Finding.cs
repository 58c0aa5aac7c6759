namespace SkillFactory.Cli.Diagnosis;

/// <summary>How a thing stands.</summary>
internal enum FindingStatus
{
    Ok,

    /// <summary>Works, with a caveat.</summary>
    Warn,

    /// <summary>Not there, or does not work.</summary>
    Missing,
}

/// <summary>One line of the doctor's findings.</summary>
/// <param name="Name">Stable, for scripts: "torch", "redis", ….</param>
/// <param name="Detail">What was found.</param>
/// <param name="Advice">What to do about it; empty when all is well.</param>
/// <param name="Required">No run is possible while this is missing.</param>
internal sealed record Finding(string Name, FindingStatus Status, string Detail, string Advice = "", bool Required = false)
{
    /// <summary>Measured figures by name, with the unit in the name.</summary>
    public IReadOnlyDictionary<string, double> Values { get; init; } = new Dictionary<string, double>();

    public static Finding Ok(string name, string detail) => new(name, FindingStatus.Ok, detail);

    public static Finding Warn(string name, string detail, string advice) => new(name, FindingStatus.Warn, detail, advice);

    public static Finding Missing(string name, string detail, string advice, bool required = false) =>
        new(name, FindingStatus.Missing, detail, advice, required);
}
