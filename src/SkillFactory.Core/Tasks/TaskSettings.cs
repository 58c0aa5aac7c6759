using System.Globalization;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Core.Tasks;

/// <summary>Typed, strict access to <see cref="QuestionSpec.Settings"/>. A task reads each of its keys once and then calls
/// <see cref="RefuseUnknown"/>, which reports all other keys. All errors are <see cref="UserErrorException"/>s.</summary>
public sealed class TaskSettings(string task, IReadOnlyDictionary<string, string> values)
{
    private readonly List<string> _known = [];

    /// <summary>An integer within [<paramref name="min"/>, <paramref name="max"/>].</summary>
    public int Int(string key, int defaultValue, int min, int max)
    {
        if (Raw(key) is not { } text)
        {
            return defaultValue;
        }

        return
            int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) && value >= min && value <= max
            ? value
            : throw Wrong(key, text, $"a whole number from {min} to {max}");
    }

    /// <summary>Non-empty text, or null when the setting is missing.</summary>
    public string? Text(string key)
    {
        var text = Raw(key);
        return text is null || text.Length > 0 ? text : throw Wrong(key, text, "text that is not empty");
    }

    /// <summary>One of several words.</summary>
    public string Choice(string key, string defaultValue, IReadOnlyList<string> choices)
    {
        var text = Raw(key) ?? defaultValue;
        return choices.Contains(text, StringComparer.Ordinal)
            ? text
            : throw Wrong(
                key,
                text,
                $"one of {string.Join(", ", choices)}{(NearestName.Of(text, choices) is { } near ? $"; did you mean '{near}'?" : "")}"
            );
    }

    /// <summary>A non-empty selection of distinct characters, returned in the order of <paramref name="alphabet"/>.</summary>
    public string Characters(string key, string alphabet)
    {
        var text = Raw(key) ?? alphabet;
        return text.Length > 0 && text.All(alphabet.Contains) && text.Distinct().Count() == text.Length
            ? string.Concat(alphabet.Where(text.Contains))
            : throw Wrong(key, text, $"some of the characters {alphabet}, each at most once");
    }

    /// <summary>Reports any key that was not read. Call it after reading the last key.</summary>
    public void RefuseUnknown()
    {
        foreach (var key in values.Keys.Where(k => !_known.Contains(k)).Order(StringComparer.Ordinal))
        {
            throw new UserErrorException(
                _known.Count == 0
                    ? $"task {task} has no settings, found '{key}'"
                    : $"task {task} has no setting '{key}'{NearestName.Hint(key, _known)}"
            );
        }
    }

    private string? Raw(string key)
    {
        _known.Add(key);
        return values.GetValueOrDefault(key);
    }

    private UserErrorException Wrong(string key, string found, string expected) =>
        new($"task {task}, setting '{key}': found '{found}', expected {expected}");
}
