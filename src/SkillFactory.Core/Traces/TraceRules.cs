using SkillFactory.Core.Recipes;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Core.Traces;

/// <summary>Checks trace settings from recipes and command lines.</summary>
public static class TraceRules
{
    /// <summary>Maximum number of attempts in a trace.</summary>
    public const int MostAttempts = 9;

    /// <summary>The first problem: the key in the recipe, and what was found and expected. Null if the settings are valid.</summary>
    /// <param name="has">Whether a key is set explicitly.</param>
    public static (string Key, string Problem)? Check(TraceSettings settings, Func<string, bool> has)
    {
        foreach (var name in settings.Format.Split(TraceFormats.Separator, StringSplitOptions.TrimEntries))
        {
            if (Unknown("format", name, TraceFormats.Names) is { } unknown)
            {
                return unknown;
            }
        }

        var formats = TraceFormats.Parse(settings.Format);
        if (formats.CountBy(f => f.Name).FirstOrDefault(c => c.Value > 1) is { Value: > 1 } twice)
        {
            return ("format", $"'{twice.Key}' is given twice");
        }

        return Words(settings) ?? Lengths(settings, formats, has) ?? Effects(settings, formats) ?? Phrases(settings, formats);
    }

    private static (string Key, string Problem)? Words(TraceSettings s) =>
        Unknown("finalAnswer", s.FinalAnswer, RecipeValues.FinalAnswers)
        ?? Unknown("loss", s.Loss, RecipeValues.Losses)
        ?? Unknown("layout", s.Layout, RecipeValues.Layouts)
        ?? Unknown("selection", s.Selection, RecipeValues.Selections)
        ?? Unknown("duplicates", s.Duplicates, RecipeValues.DuplicateRules);

    private static (string Key, string Problem)? Lengths(TraceSettings s, IReadOnlyList<ITraceFormat> formats, Func<string, bool> has)
    {
        if (s.Attempts is < 1 or > MostAttempts)
        {
            return ("attempts", $"found {s.Attempts}; expected a whole number from 1 to {MostAttempts}");
        }

        if (s.Repeats < 1)
        {
            return ("repeats", $"found {s.Repeats}; expected at least 1");
        }

        if (formats.FirstOrDefault(f => f.LeastAttempts > s.Attempts) is { } longer)
        {
            return ("attempts", $"found {s.Attempts}; expected at least {longer.LeastAttempts}, the shortest trace of '{longer.Name}'");
        }

        if (has("attempts") && formats.All(f => f.IgnoresAttempts))
        {
            return ("attempts", $"has no effect: '{s.Format}' always takes one attempt");
        }

        return !s.RandomLength ? null
            : !formats.Any(f => f.OneTrace) ? ("randomLength", $"has no effect: '{s.Format}' decides its lengths itself")
            : s.Attempts < 2 ? ("randomLength", $"draws from 2 to attempts ({s.Attempts}); expected attempts of 2 or more")
            : null;
    }

    private static (string Key, string Problem)? Effects(TraceSettings s, IReadOnlyList<ITraceFormat> formats) =>
        s.FinalAnswer != RecipeValues.Restated && formats.FirstOrDefault(f => f.NeedsRestatedAnswer) is { } format
            ? (
                "finalAnswer",
                $"found '{s.FinalAnswer}'; expected {RecipeValues.Restated}: '{format.Name}' answers with an earlier attempt, and "
                    + "the last answer in its think block is a wrong one"
            )
            : Listed("variants", s.Variants)
                ?? Listed("dropReflectionsWith", s.DropReflectionsWith)
                ?? (
                    s.DistinctVariants && s.Variants.Count == 1
                        ? ("distinctVariants", "asks for attempts of different variants, but variants names only one")
                    : s.DistinctVariants && formats.All(f => f.TakesDistinctVariants)
                        ? ("distinctVariants", $"has no effect: '{s.Format}' always takes attempts of different variants")
                    : null
                );

    private static (string Key, string Problem)? Phrases(TraceSettings s, IReadOnlyList<ITraceFormat> formats)
    {
        try
        {
            var phrases = PhraseSet.Resolve(s.Phrases);
            foreach (var format in formats)
            {
                if (format.OwnPhrases?.Invoke(phrases) is { Phrases.Count: 0 } missing)
                {
                    return ("phrases", $"'{s.Phrases}' has no phrases under '{missing.Key}', which '{format.Name}' needs");
                }
            }

            return null;
        }
        catch (UserErrorException e)
        {
            return ("phrases", e.Message);
        }
    }

    private static (string Key, string Problem)? Unknown(string key, string value, IReadOnlyList<string> known) =>
        known.Contains(value)
            ? null
            : (
                key,
                $"found '{value}'; expected one of {string.Join(", ", known)}"
                    + (NearestName.Of(value, known) is { } near ? $"; did you mean '{near}'?" : "")
            );

    private static (string Key, string Problem)? Listed(string key, IReadOnlyList<string> items)
    {
        foreach (var (i, item) in items.Index())
        {
            if (string.IsNullOrWhiteSpace(item))
            {
                return ($"{key}[{i}]", "found an empty entry; expected text");
            }

            if (items.Take(i).Contains(item))
            {
                return ($"{key}[{i}]", $"'{item}' is given twice");
            }
        }

        return null;
    }
}
