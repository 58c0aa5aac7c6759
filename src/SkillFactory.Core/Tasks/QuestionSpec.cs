namespace SkillFactory.Core.Tasks;

/// <summary>Selects questions by level and the task's own settings (e.g. Countdown: min, max, targetMin, targetMax, operators).</summary>
/// <param name="Level">Level label as the task defines it.</param>
/// <param name="Settings">Task settings. The task reports unknown keys as errors.</param>
/// <param name="Wording">Wording of <see cref="Question.Text"/>: "standard" (as in the paper) or "compact" (for the shipped tiny base). It
/// does not change ids, golds or splits.</param>
public sealed record QuestionSpec(string Level, IReadOnlyDictionary<string, string> Settings, string Wording = "standard")
{
    public static readonly IReadOnlyDictionary<string, string> NoSettings = new Dictionary<string, string>();
}
