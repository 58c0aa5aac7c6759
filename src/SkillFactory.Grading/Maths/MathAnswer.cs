using System.Text.RegularExpressions;

namespace SkillFactory.Grading.Maths;

/// <summary>
/// A mathematical answer as LaTeX or plain text, compared exactly. Numbers, fractions, decimals, percents, roots, powers, π, e, i,
/// logarithms and
/// the usual angles, polynomials and other expressions in variables have a normal form; around them stand lists, tuples, sets, intervals
/// with
/// unions and infinities, matrices, equations and inequalities; all else is text. docs/tasks.md lists what is equal to what.
/// </summary>
/// <remarks>Work is bounded by a count of steps: what takes more is <see cref="Outcome.Unscored"/>, as is the rare case of two
/// different-looking
/// numbers that neither a normal form proves equal nor certain bounds prove different.</remarks>
public sealed partial class MathAnswer
{
    /// <summary>Longest text that is read.</summary>
    public const int MaxLength = 4096;

    /// <summary>Steps that one comparison may take: in the order of 100 ms.</summary>
    private const long Steps = 10_000_000;

    /// <summary>More than one where "1,234" may be one number or two.</summary>
    private readonly IReadOnlyList<MathValue> _readings;
    private readonly string _letters;

    private MathAnswer(IReadOnlyList<MathValue> readings, string letters) => (_readings, _letters) = (readings, letters);

    /// <summary>Whether it is natural language.</summary>
    public bool IsText => _readings[0] is TextValue;

    /// <summary>The same text for answers that normal forms show to be equal.</summary>
    public string Canonical => _readings[0].ToString()!;

    /// <summary>Reads an answer.</summary>
    /// <param name="problem">Why it cannot be read; empty when it can.</param>
    /// <exception cref="BudgetExceededException">It takes too much work.</exception>
    public static MathAnswer? Read(string text, out string problem)
    {
        if (text.Length > MaxLength)
        {
            problem = $"it is longer than {MaxLength} characters";
            return null;
        }

        var plain = Plain(text);
        if (plain.Length == 0)
        {
            problem = "it is empty";
            return null;
        }

        var readings = new List<MathValue>();
        problem = "";
        foreach (var thousands in GroupPattern().IsMatch(plain) ? (bool[])[true, false] : [true])
        {
            try
            {
                readings.Add(Parse(plain, thousands));
            }
            catch (MathSyntaxException e)
            {
                problem = e.Message;
            }
        }

        if (readings.Count == 0)
        {
            return null;
        }

        problem = "";
        return new MathAnswer(readings, LettersOf(plain));
    }

    /// <summary>Whether this is equal to the gold answer.</summary>
    /// <exception cref="BudgetExceededException">It could not be decided.</exception>
    public bool Equals(MathAnswer gold)
    {
        if (IsText || gold.IsText)
        {
            return _letters == gold._letters && _letters.Length > 0;
        }

        var comparison = new MathComparison(new WorkBudget(Steps));
        BudgetExceededException? undecided = null;
        foreach (var (ours, theirs) in _readings.SelectMany(o => gold._readings.Select(g => (o, g))))
        {
            try
            {
                if (comparison.AreEqual(theirs, ours))
                {
                    return true;
                }
            }
            catch (BudgetExceededException e)
            {
                undecided = e;
            }
            catch (MathSyntaxException)
            {
                // A division by zero on the way: not equal in this reading.
            }
        }

        return undecided is null ? false : throw undecided;
    }

    private static MathValue Parse(string plain, bool thousands)
    {
        var tokens = new MathLexer(plain, thousands).Read();
        if (MathParser.IsText(tokens))
        {
            return new TextValue(LettersOf(plain));
        }

        var budget = new WorkBudget(Steps);
        if (!tokens.Any(t => t.Is("pm") || t.Is("mp")))
        {
            return new MathParser(tokens, budget, plus: true).Answer();
        }

        return new SetValue(
            [.. Flat(new MathParser(tokens, budget, plus: true).Answer()), .. Flat(new MathParser(tokens, budget, plus: false).Answer())],
            IsBare: true
        );
    }

    private static IEnumerable<MathValue> Flat(MathValue value) => value is SetValue set ? set.Items : [value];

    /// <summary>Without the box, the dollar signs and the full stop around it.</summary>
    private static string Plain(string text)
    {
        var plain = text.Trim();
        for (var inner = Boxed.Last(plain); inner is not null; inner = Boxed.Last(plain))
        {
            plain = inner.Trim();
        }

        foreach (
            var (open, close) in (ReadOnlySpan<(string, string)>)
                [("$$", "$$"), ("$", "$"), (@"\(", @"\)"), (@"\[", @"\]"), ("**", "**"), ("`", "`")]
        )
        {
            if (
                plain.Length >= open.Length + close.Length
                && plain.StartsWith(open, StringComparison.Ordinal)
                && plain.EndsWith(close, StringComparison.Ordinal)
            )
            {
                plain = plain[open.Length..^close.Length].Trim();
            }
        }

        return plain.TrimEnd('.', ' ', '\n', '\t', '\r');
    }

    /// <summary>Letters and digits of a text without its LaTeX commands, in upper case.</summary>
    private static string LettersOf(string text) =>
        string.Concat(CommandPattern().Replace(text, "").Where(char.IsLetterOrDigit)).ToUpperInvariant();

    [GeneratedRegex(@"[0-9],[0-9]{3}")]
    private static partial Regex GroupPattern();

    [GeneratedRegex(@"\\[A-Za-z]+")]
    private static partial Regex CommandPattern();
}
