using System.Text.Json.Serialization;

namespace SkillFactory.Reporting.Report;

/// <summary>A level on which models were evaluated.</summary>
/// <param name="Task">Task name.</param>
/// <param name="Level">Level label of the task.</param>
/// <param name="Trained">Whether training used other questions of this task and level.</param>
/// <param name="Harder">Whether the task was trained and this level is above its lowest trained level.</param>
public sealed record ReportedLevel(string Task, string Level, bool Trained, bool Harder)
{
    /// <summary>Display name, e.g. "letter countdown 4".</summary>
    [JsonIgnore]
    public string Label => LabelOf(Task, Level);

    /// <summary>Display name of a task's level.</summary>
    public static string LabelOf(string task, string level) => $"{task.Replace('_', ' ')} {level}";
}
