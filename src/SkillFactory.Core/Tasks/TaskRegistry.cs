using SkillFactory.Primitives.Errors;

namespace SkillFactory.Core.Tasks;

/// <summary>The tasks of this assembly by name: all classes that implement <see cref="ITask"/> and have a parameterless constructor. Adding
/// a task needs no change here.</summary>
public static class TaskRegistry
{
    private static readonly Dictionary<string, ITask> Tasks = typeof(ITask)
        .Assembly.GetTypes()
        .Where(t => t is { IsClass: true, IsAbstract: false } && t.IsAssignableTo(typeof(ITask)))
        .Select(t => (ITask)Activator.CreateInstance(t, nonPublic: true)!)
        .ToDictionary(t => t.Name, StringComparer.Ordinal);

    /// <summary>Names in alphabetical order.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Tasks.Keys.Order(StringComparer.Ordinal)];

    /// <summary>The task with the given name.</summary>
    /// <exception cref="UserErrorException">The name is unknown; the message suggests the nearest one.</exception>
    public static ITask Get(string name) =>
        Tasks.TryGetValue(name, out var task)
            ? task
            : throw new UserErrorException($"unknown task '{name}'{NearestName.Hint(name, Names)}");
}
