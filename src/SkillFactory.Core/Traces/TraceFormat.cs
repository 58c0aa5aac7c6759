using SkillFactory.Core.Randomness;
using SkillFactory.Core.Recipes;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Core.Traces;

/// <summary>
/// A trace format: which attempts, in which order, become the traces of a question. One class, found by its name; adding a format
/// needs no change elsewhere. Implementations have a parameterless constructor, are stateless and draw only from the given key.
/// </summary>
public interface ITraceFormat
{
    /// <summary>The name that recipes use.</summary>
    string Name { get; }

    /// <summary>Minimum number of attempts of a trace; K must be at least this.</summary>
    int LeastAttempts => 1;

    /// <summary>Whether each repeat yields one trace, of length K or (<see cref="TraceSettings.RandomLength"/>) up to K. If false, the
    /// format decides.</summary>
    bool OneTrace => false;

    /// <summary>Whether K is not used.</summary>
    bool IgnoresAttempts => false;

    /// <summary>Whether the final answer must be restated after the think block, because it is not the last answer inside it.</summary>
    bool NeedsRestatedAnswer => false;

    /// <summary>Whether attempts need a reflection with the right verdict. If false, the stage <c>reflect</c> is not needed.</summary>
    bool NeedsReflections => true;

    /// <summary>Whether attempts may contain the tags of the trace format, because no tags are added around them.</summary>
    bool TakesTags => false;

    /// <summary>Whether a trace has at most one attempt of each prompt variant, regardless of
    /// <see cref="TraceSettings.DistinctVariants"/>.</summary>
    bool TakesDistinctVariants => false;

    /// <summary>The optional category of phrases that the format uses, or null.</summary>
    Func<PhraseSet, (string Key, IReadOnlyList<string> Phrases)>? OwnPhrases => null;

    /// <summary>Draws the traces of one question, once per repeat.</summary>
    /// <param name="pool">The question's usable attempts; at least one is correct.</param>
    /// <param name="settings">K is <see cref="TraceSettings.Attempts"/>.</param>
    /// <param name="random">Key of this question and repeat.</param>
    /// <returns>One entry per trace of the format. An entry is null if the pool has too few attempts for the trace.</returns>
    IEnumerable<TraceDraw?> Draw(AttemptPool pool, TraceSettings settings, KeyedRandom random);
}

/// <param name="Label">Distinguishes the trace from others of its question and repeat, e.g. its length.</param>
/// <param name="Attempts">The attempts in the order of the trace.</param>
public sealed record TraceDraw(string Label, IReadOnlyList<UsableAttempt> Attempts)
{
    /// <summary>Whether each attempt is followed by its reflection.</summary>
    public bool Reflects { get; init; } = true;

    /// <summary>Whether the trace is the response of the first attempt, unchanged, without added tags or phrases.</summary>
    public bool Bare { get; init; }

    /// <summary>Phrases between attempts.</summary>
    public TraceGlue Glue { get; init; } = TraceGlue.ByCorrectness;

    /// <summary>How the trace ends.</summary>
    public TraceClosing Closing { get; init; } = TraceClosing.LastAttempt;

    /// <summary>Index of the attempt whose answer is the final answer.</summary>
    public int Answer { get; init; } = Attempts.Count - 1;
}

/// <summary>Phrases between attempts.</summary>
public enum TraceGlue
{
    /// <summary>Neutral phrases, or phrases for the correctness of the previous attempt (paper E.1).</summary>
    ByCorrectness,

    /// <summary>Neutral phrases only.</summary>
    Neutral,

    /// <summary>Phrases that announce another method.</summary>
    OtherMethod,
}

/// <summary>How a trace ends.</summary>
public enum TraceClosing
{
    /// <summary>With the last attempt.</summary>
    LastAttempt,

    /// <summary>With the last attempt and a confirming phrase.</summary>
    Confirmed,

    /// <summary>With a phrase that an earlier attempt was right, and that attempt repeated unchanged.</summary>
    ReturnedInFull,

    /// <summary>With a phrase that an earlier attempt was right. Only its answer is restated.</summary>
    ReturnedToAnswer,
}

/// <summary>The known trace formats.</summary>
public static class TraceFormats
{
    /// <summary>Separates the names of several formats.</summary>
    public const char Separator = '+';

    private static readonly IReadOnlyDictionary<string, ITraceFormat> All = typeof(TraceFormats)
        .Assembly.GetTypes()
        .Where(t => t is { IsClass: true, IsAbstract: false } && typeof(ITraceFormat).IsAssignableFrom(t))
        .Select(t => (ITraceFormat)Activator.CreateInstance(t)!)
        .ToDictionary(f => f.Name, StringComparer.Ordinal);

    public static IReadOnlyList<string> Names { get; } = [.. All.Keys.Order(StringComparer.Ordinal)];

    /// <exception cref="UserErrorException">Unknown name.</exception>
    public static ITraceFormat Get(string name) =>
        All.TryGetValue(name, out var format)
            ? format
            : throw new UserErrorException($"unknown trace format '{name}'{NearestName.Hint(name, Names)}");

    /// <summary>The formats that a recipe names: one, or several joined by "+", whose traces are all built.</summary>
    /// <exception cref="UserErrorException">Unknown name.</exception>
    public static IReadOnlyList<ITraceFormat> Parse(string formats) =>
        [.. formats.Split(Separator, StringSplitOptions.TrimEntries).Select(Get)];
}
