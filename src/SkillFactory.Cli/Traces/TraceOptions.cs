using System.CommandLine;
using SkillFactory.Core.Recipes;
using SkillFactory.Core.Traces;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Cli.Traces;

/// <summary>The options that stand for the keys of a recipe's section <c>traces</c>, checked by the same rules.</summary>
internal sealed class TraceOptions
{
    private static readonly TraceSettings Defaults = new();

    private readonly Dictionary<string, Option> _byKey = new(StringComparer.Ordinal);
    private readonly Option<string> _format;
    private readonly Option<int> _attempts;
    private readonly Option<bool> _randomLength;
    private readonly Option<int> _repeats;
    private readonly Option<string> _selection;
    private readonly Option<string> _variants;
    private readonly Option<bool> _distinctVariants;
    private readonly Option<string> _duplicates;
    private readonly Option<bool> _noVerdictFilter;
    private readonly Option<string> _dropReflectionsWith;
    private readonly Option<string> _finalAnswer;
    private readonly Option<string> _loss;
    private readonly Option<string> _layout;
    private readonly Option<string> _phrases;

    public TraceOptions()
    {
        _format = Word(
            "format",
            Defaults.Format,
            "Trace format, or several joined by +: " + string.Join(", ", TraceFormats.Names) + ".",
            "NAME"
        );
        _attempts = Number("attempts", Defaults.Attempts, "K, the most attempts of a trace, 1 to 9.");
        _randomLength = Flag("randomLength", "Formats with one trace: draw its length from 2 to K.");
        _repeats = Number("repeats", Defaults.Repeats, "How often traces are drawn per question.");
        _selection = Word("selection", Defaults.Selection, $"How attempts are drawn: {Listed(RecipeValues.Selections)}.", "NAME");
        _variants = Word("variants", "", "Prompt variants whose attempts are used, with commas between. Default: all.", "NAMES");
        _distinctVariants = Flag("distinctVariants", "No two attempts of a trace come from the same prompt variant.");
        _duplicates = Word(
            "duplicates",
            Defaults.Duplicates,
            $"Attempts that say the same: {Listed(RecipeValues.DuplicateRules)}.",
            "NAME"
        );
        _noVerdictFilter = Add(
            "verdictFilter",
            new Option<bool>("--no-verdict-filter") { Description = "Keep reflections whose verdict is wrong too." }
        );
        _dropReflectionsWith = Word(
            "dropReflectionsWith",
            "",
            "Leave out reflections that hold one of these, with commas between. The released script: idea,fast.",
            "WORDS"
        );
        _finalAnswer = Word("finalAnswer", Defaults.FinalAnswer, $"How a trace ends: {Listed(RecipeValues.FinalAnswers)}.", "NAME");
        _loss = Word(
            "loss",
            Defaults.Loss,
            $"Which tokens carry loss: {Listed(RecipeValues.Losses)}. Only the file format traces can say so.",
            "NAME"
        );
        _layout = Word("layout", Defaults.Layout, $"What stands between the parts: {Listed(RecipeValues.Layouts)}.", "NAME");
        _phrases = Word("phrases", Defaults.Phrases, $"Phrase lists: {Listed(RecipeValues.Phrases)}, or a YAML file.", "NAME");
    }

    public IEnumerable<Option> All => _byKey.Values;

    /// <exception cref="UserErrorException">They do not go together, or one has no effect.</exception>
    public TraceSettings Read(ParseResult parsed)
    {
        var settings = new TraceSettings
        {
            Format = parsed.GetRequiredValue(_format),
            Attempts = parsed.GetValue(_attempts),
            RandomLength = parsed.GetValue(_randomLength),
            Repeats = parsed.GetValue(_repeats),
            Selection = parsed.GetRequiredValue(_selection),
            Variants = Items(parsed.GetRequiredValue(_variants)),
            DistinctVariants = parsed.GetValue(_distinctVariants),
            Duplicates = parsed.GetRequiredValue(_duplicates),
            VerdictFilter = !parsed.GetValue(_noVerdictFilter),
            DropReflectionsWith = Items(parsed.GetRequiredValue(_dropReflectionsWith)),
            FinalAnswer = parsed.GetRequiredValue(_finalAnswer),
            Loss = parsed.GetRequiredValue(_loss),
            Layout = parsed.GetRequiredValue(_layout),
            Phrases = parsed.GetRequiredValue(_phrases),
        };
        return TraceRules.Check(settings, key => parsed.GetResult(_byKey[key]) is { Implicit: false }) is var (key, problem)
            ? throw new UserErrorException($"{_byKey[key.Split('[')[0]].Name}: {problem}")
            : settings;
    }

    internal static IReadOnlyList<string> Items(string list) => list.Length == 0 ? [] : list.Split(',', StringSplitOptions.TrimEntries);

    private static string Listed(IReadOnlyList<string> words) => string.Join(", ", words);

    private Option<string> Word(string key, string standard, string description, string name) =>
        Add(
            key,
            new Option<string>(NameOf(key))
            {
                Description = description,
                HelpName = name,
                DefaultValueFactory = _ => standard,
            }
        );

    private Option<int> Number(string key, int standard, string description) =>
        Add(
            key,
            new Option<int>(NameOf(key))
            {
                Description = description,
                HelpName = "N",
                DefaultValueFactory = _ => standard,
            }
        );

    private Option<bool> Flag(string key, string description) => Add(key, new Option<bool>(NameOf(key)) { Description = description });

    private T Add<T>(string key, T option)
        where T : Option
    {
        _byKey.Add(key, option);
        return option;
    }

    /// <summary>"randomLength" is --random-length.</summary>
    private static string NameOf(string key) =>
        "--" + string.Concat(key.Select(c => char.IsUpper(c) ? $"-{char.ToLowerInvariant(c)}" : $"{c}"));
}
