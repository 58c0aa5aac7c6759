using SkillFactory.Core.Recipes;
using SkillFactory.Reporting.Report;

namespace SkillFactory.Reporting.Opening;

/// <summary>How near a level is to what was trained. Gains and losses are named separately for each kind.</summary>
internal static class LevelKinds
{
    /// <summary>Other questions of this level were trained on.</summary>
    public const string Trained = "trained";

    /// <summary>Other levels of this task were trained on.</summary>
    public const string Untrained = "untrained";

    /// <summary>The task was not trained at all.</summary>
    public const string OtherTask = "other";

    public static IReadOnlyList<string> InOrder { get; } = [Trained, Untrained, OtherTask];

    public static string Of(ReportedLevel level, Recipe recipe) =>
        level.Trained ? Trained
        : recipe.TrainingSources().Any(t => t.Task == level.Task) ? Untrained
        : OtherTask;

    public static string Words(string kind) =>
        kind switch
        {
            Trained => "trained levels",
            Untrained => "untrained levels",
            _ => "other tasks",
        };
}
