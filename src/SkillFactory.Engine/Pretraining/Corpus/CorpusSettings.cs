using SkillFactory.Core.Prompts;
using SkillFactory.Core.Recipes;
using SkillFactory.Core.Tasks.Countdown;
using SkillFactory.Core.Tasks.Letters;
using SkillFactory.Core.Tasks.Multiplication;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Engine.Pretraining.Corpus;

/// <summary>What a base model is pretrained on: single attempts at questions and single reflections of attempts, in the compact wording.
/// The defaults make a base that is weak but not hopeless and judges clearly better than chance.</summary>
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

    /// <summary>Tasks, levels, weights, settings. Tasks the corpus can write: countdown (generator forward), multiplication,
    /// letter_countdown. Default: numbers 1–9, + - *, each exactly once, targets 1–99, intermediate results 0–199; 94 % Countdown.</summary>
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

    /// <summary>Share of documents that judge an attempt; the others make one.</summary>
    public double ReflectShare { get; init; } = 0.30;

    /// <summary>Attempts in documents that solve. What is not a solution keeps the base weak.</summary>
    public AttemptMix Solve { get; init; } =
        new()
        {
            Solution = 0.60,
            Wishful = 0.10,
            WrongNumber = 0.04,
            Random = 0.26,
        };

    /// <summary>Attempts in documents that judge.</summary>
    public AttemptMix Judge { get; init; } =
        new()
        {
            Solution = 0.45,
            Wishful = 0.20,
            WrongNumber = 0.12,
            Random = 0.23,
        };

    /// <summary>Share of the verdicts that are flipped, so that the base's verdicts are good but not perfect.</summary>
    public double VerdictNoise { get; init; } = 0.04;

    /// <summary>Relative weights of the prompt variants by name; a variant not named does not occur.</summary>
    public IReadOnlyDictionary<string, double> Variants { get; init; } =
        new Dictionary<string, double>
        {
            [PromptVariant.Original] = 0.4,
            [PromptVariant.PlanAndExecute] = 0.2,
            [PromptVariant.Alternatively] = 0.2,
            [PromptVariant.Rephrase] = 0.2,
        };

    /// <exception cref="UserErrorException">A share is not in [0, 1], weights do not add up to something, or a name is unknown.</exception>
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

/// <summary>Relative weights of the kinds of attempts, all four named; see <see cref="AttemptKind"/>.</summary>
public sealed record AttemptMix
{
    public required double Solution { get; init; }

    public required double Wishful { get; init; }

    public required double WrongNumber { get; init; }

    public required double Random { get; init; }

    /// <summary>In the order of <see cref="AttemptKind"/>.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public IReadOnlyList<double> Weights => [Solution, Wishful, WrongNumber, Random];
}

/// <summary>How an attempt comes about. Whether it is right is decided by its content: a random chain can end at the target.</summary>
public enum AttemptKind
{
    /// <summary>Right.</summary>
    Solution,

    /// <summary>False arithmetic. Countdown: a random chain whose last result is overwritten by the target. Multiplication: one step's
    /// result is off. Letters: as <see cref="Random"/>.</summary>
    Wishful,

    /// <summary>Uses something not given. Countdown: a number; multiplication: a digit's value; letters: a word with other letters.</summary>
    WrongNumber,

    /// <summary>Honest and aimless. Countdown: a random chain that ends anywhere. Letters: the letters in some order. Multiplication: as
    /// <see cref="Wishful"/>.</summary>
    Random,
}
