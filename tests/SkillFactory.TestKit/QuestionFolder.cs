using System.Text.Json;
using SkillFactory.Core.Randomness;
using SkillFactory.Core.Tasks;
using SkillFactory.Core.Tasks.Files;

namespace SkillFactory.TestKit;

/// <summary>Question files in a folder that goes when the test ends, and what a task makes of them.</summary>
public sealed class QuestionFolder(string task) : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory();

    public IFileBackedTask Task { get; } = (IFileBackedTask)TaskRegistry.Get(task);

    public string Write(string name, params object[] rows) =>
        WriteText(name, string.Concat(rows.Select(r => (r as string ?? JsonSerializer.Serialize(r)) + "\n")));

    public string WriteText(string name, string text)
    {
        var path = Path.Combine(_folder.FullName, name);
        File.WriteAllText(path, text);
        return path;
    }

    public QuestionPool Read(params (string Key, string Value)[] settings) => Task.Read(Spec(settings));

    public IReadOnlyList<Question> All(Split split, params (string Key, string Value)[] settings) =>
        Task.Generate(Spec(settings), split, Read(settings).Of(split).Count(), KeyedRandom.Of(1, "f"));

    public static QuestionSpec Spec(params (string Key, string Value)[] settings) =>
        new("mine", settings.ToDictionary(s => s.Key, s => s.Value));

    public void Dispose() => _folder.Delete(recursive: true);
}
