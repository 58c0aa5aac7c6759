using System.Text.RegularExpressions;

namespace SkillFactory.Grading.Maths;

/// <summary>
/// A mathematical answer in LaTeX or plain text, compared exactly. Normal forms cover numbers, fractions, decimals, percentages, roots,
/// powers, π, e, i, logarithms, the usual angles, polynomials and other expressions in variables. Answers may be lists, tuples, sets,
/// intervals with unions and infinities, matrices, equations and inequalities of these. Anything else is compared as text.
/// docs/reference/tasks.md
/// lists which answers are equal.
/// </summary>
/// <remarks>Work is limited by a count of steps; an answer that exceeds it is <see cref="Outcome.Unscored"/>. So is the rare pair of
/// numbers that normal forms do not prove equal and numeric bounds do not prove different.</remarks>
public sealed partial class MathAnswer
{
    /// <summary>Longest text that is read, in characters.</summary>
    public const int MaxLength = 4096;

    /// <summary>Steps that one comparison may take: about 100 ms.</summary>
    private const long Steps = 10_000_000;

    /// <summary>Holds two readings when "1,234" may be one number or two.</summary>
    private readonly IReadOnlyList<MathValue> _readings;
    private readonly string _letters;

    private MathAnswer(IReadOnlyList<MathValue> readings, string letters) => (_readings, _letters) = (readings, letters);

    /// <summary>Whether the answer is natural language.</summary>
    public bool IsText => _readings[0] is TextValue;

    /// <summary>Canonical text: the same for answers whose normal forms are equal.</summary>
    public string Canonical => _readings[0].ToString()!;

    /// <summary>Reads an answer; null when it is not mathematics.</summary>
    /// <param name="problem">Why it cannot be read; empty on success.</param>
    /// <exception cref="BudgetExceededException">Reading takes too much work.</exception>
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
                // A division by zero makes this reading unequal.
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

    /// <summary>Removes the box, the dollar signs and the full stop around the answer.</summary>
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
