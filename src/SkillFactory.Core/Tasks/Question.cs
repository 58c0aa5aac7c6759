namespace SkillFactory.Core.Tasks;

/// <summary>One question of a task. Its <see cref="Id"/> depends only on its content, so the same question has the same id in every split,
/// file and run.</summary>
/// <param name="Id">"task/level/hash"; unique within the task.</param>
/// <param name="Task">Task name, e.g. "countdown".</param>
/// <param name="Level">Difficulty label within the task, e.g. "3" (numbers), "2x1" (digits).</param>
/// <param name="Text">The problem statement without the prompt variant's suffix.</param>
/// <param name="Gold">The data for grading, in the task's own notation (Countdown: "8 6 4 = 38").</param>
public sealed record Question(string Id, string Task, string Level, string Text, string Gold);
