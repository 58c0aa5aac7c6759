using SkillFactory.Contracts.Experiments;

namespace SkillFactory.Cli.Progress;

/// <summary>Shows a run to a person. The board holds what is known; these calls say what is new.</summary>
internal interface IProgressDisplay : IAsyncDisposable
{
    /// <summary>The event was applied to the board.</summary>
    void Happened(ExperimentEvent happened);

    /// <summary>One sentence about the run as a whole.</summary>
    void Notice(string text);
}
