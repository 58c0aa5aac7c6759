using SkillFactory.Core.Randomness;

namespace SkillFactory.Core.Traces;

/// <summary>
/// A trace format: which attempts, in which order, become the traces of a question. One class, found by its name; adding a format
/// needs no change elsewhere. Implementations have a parameterless constructor, are stateless and draw only from the given key.
/// </summary>
public interface ITraceFormat
{
    /// <summary>As recipes name it.</summary>
    string Name { get; }

    /// <summary>Draws the traces of one question, once per repeat.</summary>
    /// <param name="pool">The question's usable attempts; at least one is correct.</param>
    /// <param name="attempts">K of <see cref="Recipes.TraceSettings.Attempts"/>.</param>
    /// <param name="random">Key of this question and repeat.</param>
    /// <returns>One entry per trace the format asks for; a null entry is one the pool had too few attempts for.</returns>
    IEnumerable<TraceDraw?> Draw(AttemptPool pool, int attempts, KeyedRandom random);
}

/// <param name="Label">Tells this trace from the others of its question and repeat, e.g. its length.</param>
/// <param name="Attempts">In the order they appear.</param>
public sealed record TraceDraw(string Label, IReadOnlyList<UsableAttempt> Attempts);

/// <summary>The known trace formats.</summary>
public static class TraceFormats
{
    private static readonly IReadOnlyDictionary<string, ITraceFormat> All = typeof(TraceFormats).Assembly.GetTypes()
        .Where(t => t is { IsClass: true, IsAbstract: false } && typeof(ITraceFormat).IsAssignableFrom(t))
        .Select(t => (ITraceFormat)Activator.CreateInstance(t)!)
        .ToDictionary(f => f.Name, StringComparer.Ordinal);

    public static IReadOnlyList<string> Names { get; } = [.. All.Keys.Order(StringComparer.Ordinal)];

    /// <exception cref="Errors.UserErrorException">Unknown name.</exception>
    public static ITraceFormat Get(string name) => All.TryGetValue(name, out var format)
        ? format
        : throw new Errors.UserErrorException($"unknown trace format '{name}'{Errors.NearestName.Hint(name, Names)}");
}
