namespace SkillFactory.Engine.Pretraining.Corpus;

/// <summary>Documents that hold one attempt in sample tags, with its reflection, at each of several different problems. They teach a model
/// to solve and judge inside the tags of a trace. No problem is attempted twice.</summary>
public sealed record SheetSettings
{
    /// <summary>Share of all documents. 0: none.</summary>
    public double Share { get; init; }

    /// <summary>Relative weight of sheets of one problem, with the prompt "Check.".</summary>
    public double Check { get; init; } = 0.35;

    /// <summary>Relative weight of sheets of two or three problems that the prompt lists, with the prompt "Sheet.".</summary>
    public double Sheet { get; init; } = 0.30;

    /// <summary>Relative weight of sheets of two to four problems that are stated one after the other, with the prompt "Each.".</summary>
    public double Each { get; init; } = 0.35;

    /// <summary>Share of attempts that are given: they carry no loss and are of the kinds of <see cref="CorpusSettings.Judge"/>. The others
    /// are of the kinds of <see cref="CorpusSettings.Solve"/>.</summary>
    public double Given { get; init; } = 0.5;

    /// <summary>Relative weights of the sources by "task/level"; a source that is not named does not occur. Empty: the weights of the
    /// sources.</summary>
    public IReadOnlyDictionary<string, double> Weights { get; init; } = new Dictionary<string, double>();
}
