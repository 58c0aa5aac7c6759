namespace SkillFactory.Engine.Pretraining.Corpus;

/// <summary>Documents that hold several different right attempts at one problem, each in sample tags, with the prompt "Give n.". Only for
/// tasks whose problems have several solutions: countdown. No attempt has a verdict: a model that had seen another attempt after the
/// verdict Correct did not learn to stop there (docs/results/light-touch).</summary>
public sealed record WaySettings
{
    /// <summary>The fewest attempts of a document.</summary>
    public const int Least = 2;

    /// <summary>Share of all documents. 0: none.</summary>
    public double Share { get; init; }

    /// <summary>The most attempts of a document, from 2 to 9. The number is uniform from 2 to this one, but never more than the problem has
    /// solutions.</summary>
    public int Most { get; init; } = 8;

    /// <summary>Relative weights of the sources by "task/level"; a source that is not named does not occur. Empty: the weights of the
    /// Countdown sources.</summary>
    public IReadOnlyDictionary<string, double> Weights { get; init; } = new Dictionary<string, double>();
}
