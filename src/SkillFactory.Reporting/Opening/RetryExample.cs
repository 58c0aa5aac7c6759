using SkillFactory.Reporting.Report;

namespace SkillFactory.Reporting.Opening;

/// <summary>A response that retries and gets it right: its first attempt is wrong and judged Incorrect, its last attempt is
/// correct.</summary>
/// <param name="Model">Key of the model whose responses were searched.</param>
/// <param name="Seed">The seed whose responses were searched.</param>
/// <param name="Responses">Number of its responses to all levels.</param>
/// <param name="Found">How many of them retry and get it right.</param>
/// <param name="Sample">The one with the fewest attempts and then the fewest characters; null when <paramref name="Found"/> is 0.</param>
/// <param name="Attempts">The attempts of <paramref name="Sample"/> in order.</param>
public sealed record RetryExample(
    string Model,
    long Seed,
    int Responses,
    int Found,
    SampleTrace? Sample,
    IReadOnlyList<JudgedAttempt> Attempts
);
