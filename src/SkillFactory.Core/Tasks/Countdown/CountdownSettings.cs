using System.Globalization;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Core.Tasks.Countdown;

/// <summary>How often a given number may be used.</summary>
public enum NumberUse
{
    /// <summary>Each number at most once (the paper's rule).</summary>
    AtMostOnce,

    /// <summary>Each number exactly once (TinyZero's rule).</summary>
    ExactlyOnce,
}

/// <summary>How Countdown questions are made. Read from a recipe's task settings; defaults in brackets.</summary>
/// <param name="Count">How many numbers (the level).</param>
/// <param name="Min">min [1]: smallest operand.</param>
/// <param name="Max">max [100]: largest operand.</param>
/// <param name="TargetMin">targetMin [100].</param>
/// <param name="TargetMax">targetMax [999].</param>
/// <param name="Operators">operators [+-*/].</param>
/// <param name="Forward">generator [forward]: "forward" computes a left-to-right chain over the shuffled numbers and takes its end as the
/// target; "solver" draws numbers and target uniformly and keeps what an exhaustive search can solve.</param>
/// <param name="Use">use [at_most_once]: or exactly_once.</param>
/// <param name="MaxIntermediate">maxIntermediate [1000000000]: largest result of any step of the forward chain. Forward generator only.</param>
public sealed record CountdownSettings(
    int Count,
    int Min,
    int Max,
    int TargetMin,
    int TargetMax,
    string Operators,
    bool Forward,
    NumberUse Use,
    int MaxIntermediate
)
{
    public const string AllOperators = "+-*/";

    /// <summary>The forward chain's arithmetic stays far below 2^63.</summary>
    public const int MostNumbers = 12;

    /// <summary>An exhaustive search without a hit takes in the order of 2 µs for 3 numbers, 50 µs for 4, 4 ms for 5, 0.3 s for 6; with
    /// hits it ends early. Most targets of few numbers are unsolvable, so that a question takes many searches.</summary>
    public const int MostNumbersForSolver = 6;

    private const int LargestOperand = 1000;
    private const int LargestResult = 1_000_000_000;

    public static CountdownSettings Read(QuestionSpec spec)
    {
        if (
            !int.TryParse(spec.Level, NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            || count is < 2 or > MostNumbers
            || spec.Level[0] == '0'
        )
        {
            throw new UserErrorException($"task countdown: level '{spec.Level}' is not a count of numbers from 2 to {MostNumbers}");
        }

        var reader = new TaskSettings(CountdownTask.TaskName, spec.Settings);
        var settings = new CountdownSettings(
            count,
            Min: reader.Int("min", 1, 1, LargestOperand),
            Max: reader.Int("max", 100, 1, LargestOperand),
            TargetMin: reader.Int("targetMin", 100, 0, LargestResult),
            TargetMax: reader.Int("targetMax", 999, 0, LargestResult),
            Operators: reader.Characters("operators", AllOperators),
            Forward: reader.Choice("generator", "forward", ["forward", "solver"]) == "forward",
            Use: reader.Choice("use", "at_most_once", ["at_most_once", "exactly_once"]) == "at_most_once"
                ? NumberUse.AtMostOnce
                : NumberUse.ExactlyOnce,
            MaxIntermediate: reader.Int("maxIntermediate", LargestResult, 1, LargestResult)
        );
        reader.RefuseUnknown();
        RefuseReversed("min", settings.Min, "max", settings.Max);
        RefuseReversed("targetMin", settings.TargetMin, "targetMax", settings.TargetMax);
        if (settings.Forward)
        {
            RefuseReversed("targetMin", settings.TargetMin, "maxIntermediate", settings.MaxIntermediate);
        }
        else if (spec.Settings.ContainsKey("maxIntermediate"))
        {
            throw new UserErrorException("task countdown: setting 'maxIntermediate' has no effect with generator solver");
        }
        else if (count > MostNumbersForSolver)
        {
            throw new UserErrorException(
                $"task countdown: generator solver handles up to {MostNumbersForSolver} numbers, level is {count}; use generator forward"
            );
        }

        return settings;
    }

    private static void RefuseReversed(string lowKey, int low, string highKey, int high)
    {
        if (low > high)
        {
            throw new UserErrorException($"task countdown: {lowKey} {low} is greater than {highKey} {high}");
        }
    }
}
