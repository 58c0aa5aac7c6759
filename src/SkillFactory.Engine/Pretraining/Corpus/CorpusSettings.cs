using SkillFactory.Core.Prompts;
using SkillFactory.Core.Recipes;
using SkillFactory.Core.Tasks.Countdown;
using SkillFactory.Core.Tasks.Letters;
using SkillFactory.Core.Tasks.Multiplication;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Engine.Pretraining.Corpus;

/// <summary>Settings of the pretraining corpus: attempts at questions and reflections of attempts, in the compact wording.
/// The defaults make a base model that is weak but not hopeless, and whose verdicts are clearly better than chance.</summary>
public sealed record CorpusSettings
{
    private static readonly IReadOnlyDictionary<string, string> SmallCountdown = new Dictionary<string, string>
    {
        ["min"] = "1",
        ["max"] = "9",
        ["targetMin"] = "1",
        ["targetMax"] = "99",
        ["operators"] = "+-*",
        ["use"] = "exactly_once",
        ["maxIntermediate"] = "199",
    };

    /// <summary>Tasks with levels, weights and settings. Supported tasks: countdown (generator forward), multiplication, letter_countdown.
    /// Default: 94 % Countdown with the numbers 1–9, each used exactly once, the operators + - *, targets 1–99 and intermediate results
    /// 0–199.</summary>
    public IReadOnlyList<QuestionSource> Sources { get; init; } =
    [
        new()
        {
            Task = CountdownTask.TaskName,
            Level = "3",
            Weight = 0.62,
            Settings = SmallCountdown,
        },
        new()
        {
            Task = CountdownTask.TaskName,
            Level = "4",
            Weight = 0.25,
            Settings = SmallCountdown,
        },
        new()
        {
            Task = CountdownTask.TaskName,
            Level = "5",
            Weight = 0.05,
            Settings = SmallCountdown,
        },
        new()
        {
            Task = CountdownTask.TaskName,
            Level = "6",
            Weight = 0.02,
            Settings = SmallCountdown,
        },
        new()
        {
            Task = MultiplicationTask.TaskName,
            Level = "2x1",
            Weight = 0.03,
        },
        new()
        {
            Task = LetterCountdownTask.TaskName,
            Level = "4",
            Weight = 0.03,
        },
    ];

    /// <summary>Share of documents that reflect on an attempt. The others make one.</summary>
    public double ReflectShare { get; init; } = 0.30;

    /// <summary>Attempts in documents that make one. Those that are not solutions keep the base model weak.</summary>
    public AttemptMix Solve { get; init; } =
        new()
        {
            Solution = 0.60,
            Wishful = 0.10,
            WrongNumber = 0.04,
            Random = 0.26,
        };

    /// <summary>Attempts in documents that reflect on one.</summary>
    public AttemptMix Judge { get; init; } =
        new()
        {
            Solution = 0.45,
            Wishful = 0.20,
            WrongNumber = 0.12,
            Random = 0.23,
        };

    /// <summary>Relative weights of the sources in documents that reflect on an attempt, by "task/level"; a source that is not named does
    /// not occur. Empty: the weights of the sources.</summary>
    public IReadOnlyDictionary<string, double> JudgeWeights { get; init; } = new Dictionary<string, double>();

    /// <summary>Documents that attempt several different problems, one attempt each. Default: none.</summary>
    public SheetSettings Sheets { get; init; } = new();

    /// <summary>Documents that solve one problem in several ways. Default: none.</summary>
    public WaySettings Ways { get; init; } = new();

    /// <summary>Share of verdicts that are flipped, so that the base model's verdicts are good but not perfect. Not in
    /// <see cref="Ways"/>, where a verdict of Incorrect would be followed by another attempt at the same problem.</summary>
    public double VerdictNoise { get; init; } = 0.04;

    /// <summary>Relative weights of the prompt variants by name. Other variants do not occur.</summary>
    public IReadOnlyDictionary<string, double> Variants { get; init; } =
        new Dictionary<string, double>
        {
            [PromptVariant.Original] = 0.4,
            [PromptVariant.PlanAndExecute] = 0.2,
            [PromptVariant.Alternatively] = 0.2,
            [PromptVariant.Rephrase] = 0.2,
        };

    /// <exception cref="UserErrorException">A share is not in [0, 1], weights are negative or all 0, or a name is unknown.</exception>
    public void Validate()
    {
        RequireShare("reflectShare", ReflectShare);
        RequireShare("verdictNoise", VerdictNoise);
        RequireWeights("sources", [.. Sources.Select(s => s.Weight)]);
        RequireWeights("solve", Solve.Weights);
        RequireWeights("judge", Judge.Weights);
        RequireWeights("variants", [.. Variants.Values]);
        foreach (var name in Variants.Keys)
        {
            PromptSet.Get("compact").Variant(name);
        }

        RequireShare("sheets.share", Sheets.Share);
        RequireShare("ways.share", Ways.Share);
        RequireShare("sheets.given", Sheets.Given);
        RequireWeights("sheets.check, sheets.sheet, sheets.each", [Sheets.Check, Sheets.Sheet, Sheets.Each]);
        if (Sheets.Share + Ways.Share > 1)
        {
            throw new UserErrorException(
                $"corpus: sheets.share and ways.share are {Sheets.Share} and {Ways.Share}, expected a sum of at most 1"
            );
        }

        if (Ways.Most is < WaySettings.Least or > 9)
        {
            throw new UserErrorException($"corpus: ways.most is {Ways.Most}, expected a number from {WaySettings.Least} to 9");
        }

        WeightsOf("judgeWeights", JudgeWeights);
        WeightsOf("sheets.weights", Sheets.Weights);
        WaysOfSources();
    }

    /// <summary>The weights of the sources in reflections, in sheets and in ways.</summary>
    internal (double[] Judge, double[] Sheets, double[] Ways) SourceWeights() =>
        (WeightsOf("judgeWeights", JudgeWeights), WeightsOf("sheets.weights", Sheets.Weights), WaysOfSources());

    private double[] WaysOfSources()
    {
        foreach (var name in Ways.Weights.Keys.Where(n => !n.StartsWith($"{CountdownTask.TaskName}/", StringComparison.Ordinal)))
        {
            throw new UserErrorException($"corpus: ways.weights names '{name}'; expected a source of task {CountdownTask.TaskName}");
        }

        double[] weights = [.. WeightsOf("ways.weights", Ways.Weights).Zip(Sources, (w, s) => s.Task == CountdownTask.TaskName ? w : 0)];
        if (Ways.Share > 0)
        {
            RequireWeights("ways.weights", weights);
        }

        return weights;
    }

    private double[] WeightsOf(string key, IReadOnlyDictionary<string, double> weights)
    {
        if (weights.Count == 0)
        {
            return [.. Sources.Select(s => s.Weight)];
        }

        string[] names = [.. Sources.Select(s => $"{s.Task}/{s.Level}")];
        foreach (var name in weights.Keys.Where(n => !names.Contains(n)))
        {
            throw new UserErrorException($"corpus: {key} names '{name}', which is no source{NearestName.Hint(name, names)}");
        }

        RequireWeights(key, [.. weights.Values]);
        return [.. names.Select(n => weights.GetValueOrDefault(n))];
    }

    private static void RequireShare(string key, double value)
    {
        if (value is not (>= 0 and <= 1))
        {
            throw new UserErrorException($"corpus: {key} is {value}, expected a share from 0 to 1");
        }
    }

    private static void RequireWeights(string key, IReadOnlyList<double> weights)
    {
        if (weights.Any(w => !(w >= 0) || double.IsInfinity(w)) || weights.Sum() <= 0)
        {
            throw new UserErrorException(
                $"corpus: the weights of {key} must be non-negative numbers with a positive sum, found {string.Join(", ", weights)}"
            );
        }
    }
}
