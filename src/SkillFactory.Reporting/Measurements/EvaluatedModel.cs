using SkillFactory.Core.Planning;
using SkillFactory.Core.Recipes;
using SkillFactory.Evaluation.Summaries;
using SkillFactory.Reporting.Report;

namespace SkillFactory.Reporting.Measurements;

/// <summary>A model with its evaluations by seed.</summary>
/// <param name="Stages">Results of the evaluation stages by seed.</param>
/// <param name="Levels">Level summaries by seed.</param>
internal sealed record EvaluatedModel(
    ReportedModel Model,
    IReadOnlyDictionary<long, IReadOnlyList<StageResult>> Stages,
    IReadOnlyDictionary<long, IReadOnlyList<LevelSummary>> Levels
)
{
    public LevelSummary? Find(long seed, ReportedLevel level) =>
        Levels.TryGetValue(seed, out var all) ? all.FirstOrDefault(l => l.Task == level.Task && l.Level == level.Level) : null;

    /// <summary>The summaries of a level, one per run. An evaluation that several seeds share, as that of the base model, is one
    /// run.</summary>
    public IReadOnlyList<LevelSummary> Runs(ReportedLevel level) =>
        [.. Stages.DistinctBy(s => string.Join(' ', s.Value.Select(r => r.Key))).Select(s => Find(s.Key, level)).OfType<LevelSummary>()];
}
