using SkillFactory.Primitives.Errors;

namespace SkillFactory.Core.Tasks;

/// <summary>The tasks of this assembly by name. A task is found by being a public or internal class that implements
/// <see cref="ITask"/> and has a parameterless constructor: adding one needs no change here.</summary>
public static class TaskRegistry
{
    private static readonly Dictionary<string, ITask> Tasks = typeof(ITask)
        .Assembly.GetTypes()
        .Where(t => t is { IsClass: true, IsAbstract: false } && t.IsAssignableTo(typeof(ITask)))
        .Select(t => (ITask)Activator.CreateInstance(t, nonPublic: true)!)
        .ToDictionary(t => t.Name, StringComparer.Ordinal);

    /// <summary>Names in alphabetical order.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Tasks.Keys.Order(StringComparer.Ordinal)];

    /// <summary>The task of this name.</summary>
    /// <exception cref="UserErrorException">There is none; the message names the nearest one.</exception>
    public static ITask Get(string name) =>
        Tasks.TryGetValue(name, out var task)
            ? task
            : throw new UserErrorException($"unknown task '{name}'{NearestName.Hint(name, Names)}");
}
