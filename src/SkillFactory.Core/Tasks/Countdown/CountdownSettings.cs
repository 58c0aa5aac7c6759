using System.Globalization;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Core.Tasks.Countdown;

/// <summary>Settings for generating Countdown questions, read from a recipe's task settings. Defaults are in brackets.</summary>
/// <param name="Count">How many numbers (the level).</param>
/// <param name="Min">min [1]: smallest operand.</param>
/// <param name="Max">max [100]: largest operand.</param>
/// <param name="TargetMin">targetMin [100].</param>
/// <param name="TargetMax">targetMax [999].</param>
/// <param name="Operators">operators [+-*/].</param>
/// <param name="Forward">generator [forward]: "forward" computes a left-to-right chain over the shuffled numbers and uses its result as the
/// target; "solver" draws numbers and target uniformly and keeps those that an exhaustive search can solve.</param>
/// <param name="Use">use [at_most_once]: or exactly_once.</param>
/// <param name="MaxIntermediate">maxIntermediate [1000000000]: largest result of any step of the forward chain. Only for the forward
/// generator.</param>
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

    /// <summary>Keeps the arithmetic of forward chains far below 2^63.</summary>
    public const int MaxNumbers = 12;

    /// <summary>An exhaustive search that finds nothing takes about 2 µs for 3 numbers, 50 µs for 4, 4 ms for 5 and 0.3 s for 6. Most
    /// targets of few numbers are unsolvable, so one question takes many searches.</summary>
    public const int MaxNumbersForSolver = 6;

    private const int MaxOperand = 1000;
    private const int MaxResult = 1_000_000_000;

    public static CountdownSettings Read(QuestionSpec spec)
    {
        if (
            !int.TryParse(spec.Level, NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            || count is < 2 or > MaxNumbers
            || spec.Level[0] == '0'
        )
        {
            throw new UserErrorException($"task countdown: level '{spec.Level}' is not a count of numbers from 2 to {MaxNumbers}");
        }

        var reader = new TaskSettings(CountdownTask.TaskName, spec.Settings);
        var settings = new CountdownSettings(
            count,
            Min: reader.Int("min", 1, 1, MaxOperand),
            Max: reader.Int("max", 100, 1, MaxOperand),
            TargetMin: reader.Int("targetMin", 100, 0, MaxResult),
            TargetMax: reader.Int("targetMax", 999, 0, MaxResult),
            Operators: reader.Characters("operators", AllOperators),
            Forward: reader.Choice("generator", "forward", ["forward", "solver"]) == "forward",
            Use: reader.Choice("use", "at_most_once", ["at_most_once", "exactly_once"]) == "at_most_once"
                ? NumberUse.AtMostOnce
                : NumberUse.ExactlyOnce,
            MaxIntermediate: reader.Int("maxIntermediate", MaxResult, 1, MaxResult)
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
        else if (count > MaxNumbersForSolver)
        {
            throw new UserErrorException(
                $"task countdown: generator solver handles up to {MaxNumbersForSolver} numbers, level is {count}; use generator forward"
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
