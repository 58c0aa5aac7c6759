using System.Text.Json;
using SkillFactory.Core.Randomness;
using SkillFactory.Core.Tasks;
using SkillFactory.Core.Tasks.Files;
using SkillFactory.TestKit.Files;

namespace SkillFactory.TestKit.Questions;

/// <summary>A temporary folder of question files, and a task that reads them.</summary>
public sealed class QuestionFolder(string task) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public IFileBackedTask Task { get; } = (IFileBackedTask)TaskRegistry.Get(task);

    public string Write(string name, params object[] rows) =>
        WriteText(name, string.Concat(rows.Select(r => (r as string ?? JsonSerializer.Serialize(r)) + "\n")));

    public string WriteText(string name, string text) => _folder.File(name, text);

    public QuestionPool Read(params (string Key, string Value)[] settings) => Task.Read(Spec(settings));

    public IReadOnlyList<Question> All(Split split, params (string Key, string Value)[] settings) =>
        Task.Generate(Spec(settings), split, Read(settings).Of(split).Count(), KeyedRandom.Of(1, "f"));

    public static QuestionSpec Spec(params (string Key, string Value)[] settings) =>
        new("mine", settings.ToDictionary(s => s.Key, s => s.Value));

    public void Dispose() => _folder.Dispose();
}
