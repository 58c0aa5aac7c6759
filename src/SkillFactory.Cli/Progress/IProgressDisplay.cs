using SkillFactory.Contracts.Experiments;

namespace SkillFactory.Cli.Progress;

/// <summary>Shows the progress of a run. The board holds the state; these calls announce changes.</summary>
internal interface IProgressDisplay : IAsyncDisposable
{
    /// <summary>Called after the event was applied to the board.</summary>
    void OnEvent(ExperimentEvent change);

    /// <summary>Shows one sentence about the whole run.</summary>
    void ShowNotice(string text);
}
