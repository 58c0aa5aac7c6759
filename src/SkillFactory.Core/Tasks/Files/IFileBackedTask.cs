using SkillFactory.Primitives.Errors;

namespace SkillFactory.Core.Tasks.Files;

/// <summary>A task whose questions are read from the user's own files, which its settings name.</summary>
public interface IFileBackedTask : ITask
{
    /// <summary>The settings whose value is a file path. In recipes these paths are relative to the recipe.</summary>
    IReadOnlyList<string> FileSettings { get; }

    /// <summary>Reads and checks every row of every file that the settings name.</summary>
    /// <exception cref="UserErrorException">A setting is wrong, or a row is bad and bad rows are not skipped; the message names the
    /// row.</exception>
    QuestionPool Read(QuestionSpec spec);

    /// <summary>Returns the same task for settings whose values are not paths on this machine.</summary>
    /// <param name="pathOf">Maps a value to a path on this machine.</param>
    IFileBackedTask ReadingFrom(Func<string, string> pathOf);
}
