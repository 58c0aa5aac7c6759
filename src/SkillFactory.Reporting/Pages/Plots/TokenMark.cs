using SkillFactory.Evaluation.Statistics;

namespace SkillFactory.Reporting.Pages.Plots;

/// <summary>How an answer is obtained: as the only response, or chosen from n by reflection or by majority.</summary>
internal enum TokenMark
{
    Single,
    Reflection,
    Majority,
}
