namespace SkillFactory.Core.Tasks;

/// <summary>One question of a task. <see cref="Id"/> is derived from the content, so that the same question has the same id in
/// every split, file and run.</summary>
/// <param name="Id">"task/level/hash": stable, unique within the task.</param>
/// <param name="Task">Task name, e.g. "countdown".</param>
/// <param name="Level">Difficulty label within the task, e.g. "3" (numbers), "2x1" (digits).</param>
/// <param name="Text">The problem statement as the user reads it, without the prompt variant's suffix.</param>
/// <param name="Gold">What the grader needs, in the task's own notation (Countdown: "8 6 4 = 38").</param>
public sealed record Question(string Id, string Task, string Level, string Text, string Gold);

/// <summary>Disjoint parts of a task's question space. A question's part follows from the hash of its canonical form alone, so no
/// question is ever in two parts, whatever the counts and seeds.</summary>
public enum Split
{
    /// <summary>Questions from which silver traces are made, and (with <see cref="Rl"/>) from which the base's corpus is drawn.</summary>
    Sft,

    /// <summary>Questions for GRPO rollouts.</summary>
    Rl,

    /// <summary>Settings, gates and checkpoints are chosen on these.</summary>
    Validation,

    /// <summary>Reported; never used for a choice.</summary>
    Test,
}
