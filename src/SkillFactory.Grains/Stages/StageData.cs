using SkillFactory.Core.Artifacts;
using SkillFactory.Core.Planning;
using SkillFactory.Core.Tasks;

namespace SkillFactory.Grains.Stages;

/// <summary>Reads inputs that several stages share.</summary>
internal static class StageData
{
    /// <summary>The questions of the sampling stage, by id.</summary>
    public static async Task<Dictionary<string, Question>> QuestionsAsync(StageContext stage, CancellationToken cancellationToken) =>
        (await stage.Artifacts.ReadAllAsync<Question>(stage.Input(PlanRoles.Questions), cancellationToken)).ToDictionary(
            q => q.Id,
            StringComparer.Ordinal
        );
}
