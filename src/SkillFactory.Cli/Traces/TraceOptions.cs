using System.CommandLine;
using SkillFactory.Core.Recipes;
using SkillFactory.Core.Traces;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Cli.Traces;

/// <summary>Options for the keys of a recipe's section <c>traces</c>, with the same checks.</summary>
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
        _format = Text(
            "format",
            Defaults.Format,
            "Trace format, or several joined by +: " + string.Join(", ", TraceFormats.Names) + ".",
            "NAME"
        );
        _attempts = Number("attempts", Defaults.Attempts, "K: the maximum number of attempts in a trace, 1 to 9.");
        _randomLength = Flag("randomLength", "Draw the length of a trace from 2 to K (formats with one trace per draw).");
        _repeats = Number("repeats", Defaults.Repeats, "Number of times that traces are drawn per question.");
        _selection = Text("selection", Defaults.Selection, $"How attempts are drawn: {Listed(RecipeValues.Selections)}.", "NAME");
        _variants = Text("variants", "", "Prompt variants whose attempts are used, separated by commas. Default: all.", "NAMES");
        _distinctVariants = Flag("distinctVariants", "Draw the attempts of a trace from different prompt variants.");
        _duplicates = Text(
            "duplicates",
            Defaults.Duplicates,
            $"Rule for duplicate attempts: {Listed(RecipeValues.DuplicateRules)}.",
            "NAME"
        );
        _noVerdictFilter = Add(
            "verdictFilter",
            new Option<bool>("--no-verdict-filter") { Description = "Also keep reflections whose verdict is wrong." }
        );
        _dropReflectionsWith = Text(
            "dropReflectionsWith",
            "",
            "Drop reflections that contain one of these words, separated by commas. The released script: idea,fast.",
            "WORDS"
        );
        _finalAnswer = Text("finalAnswer", Defaults.FinalAnswer, $"How a trace ends: {Listed(RecipeValues.FinalAnswers)}.", "NAME");
        _loss = Text(
            "loss",
            Defaults.Loss,
            $"Which tokens carry loss: {Listed(RecipeValues.Losses)}. Only the file format traces records it.",
            "NAME"
        );
        _layout = Text("layout", Defaults.Layout, $"Separators between the parts of a trace: {Listed(RecipeValues.Layouts)}.", "NAME");
        _phrases = Text("phrases", Defaults.Phrases, $"Phrase lists: {Listed(RecipeValues.Phrases)}, or a YAML file.", "NAME");
    }

    public IEnumerable<Option> All => _byKey.Values;

    /// <exception cref="UserErrorException">The options contradict each other, or one has no effect.</exception>
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

    private Option<string> Text(string key, string defaultValue, string description, string name) =>
        Add(
            key,
            new Option<string>(NameOf(key))
            {
                Description = description,
                HelpName = name,
                DefaultValueFactory = _ => defaultValue,
            }
        );

    private Option<int> Number(string key, int defaultValue, string description) =>
        Add(
            key,
            new Option<int>(NameOf(key))
            {
                Description = description,
                HelpName = "N",
                DefaultValueFactory = _ => defaultValue,
            }
        );

    private Option<bool> Flag(string key, string description) => Add(key, new Option<bool>(NameOf(key)) { Description = description });

    private T Add<T>(string key, T option)
        where T : Option
    {
        _byKey.Add(key, option);
        return option;
    }

    /// <summary>The option of a recipe key: "randomLength" becomes "--random-length".</summary>
    private static string NameOf(string key) =>
        "--" + string.Concat(key.Select(c => char.IsUpper(c) ? $"-{char.ToLowerInvariant(c)}" : $"{c}"));
}
