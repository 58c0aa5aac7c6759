using SkillFactory.Primitives.Errors;

namespace SkillFactory.Core.Tasks.Files;

/// <summary>A task whose questions are the user's own, in files that its settings name.</summary>
public interface IFileBackedTask : ITask
{
    /// <summary>Settings whose value is the path of a file. Recipes write it relative to themselves.</summary>
    IReadOnlyList<string> FileSettings { get; }

    /// <summary>Reads and checks every row of every file the settings name.</summary>
    /// <exception cref="UserErrorException">A setting is wrong, or a row is and bad rows are not to be skipped; the message names the row.</exception>
    QuestionPool Read(QuestionSpec spec);

    /// <summary>The same task for settings whose values are not paths on this machine.</summary>
    /// <param name="pathOf">The path that a value stands for.</param>
    IFileBackedTask ReadingFrom(Func<string, string> pathOf);
}
