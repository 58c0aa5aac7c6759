using System.Text.RegularExpressions;
using SkillFactory.Grading.Markup;
using SkillFactory.Grading.Quantities;

namespace SkillFactory.Grading.Maths;

/// <summary>
/// A mathematical answer in LaTeX or plain text, compared exactly. Normal forms cover numbers, fractions, decimals, percentages, roots,
/// powers, π, e, i, logarithms, the usual angles, polynomials and other expressions in variables. Answers may be lists, tuples, sets,
/// intervals with unions and infinities, matrices, equations and inequalities of these. Anything else is compared as text.
/// docs/reference/tasks.md lists which answers are equal.
/// </summary>
/// <remarks>Work is limited by a count of steps; a response that exceeds it has no answer that can be read. The rare pair of numbers that
/// normal forms do not prove equal and numeric bounds do not prove different is undecided.</remarks>
public sealed partial class MathAnswer
{
    /// <summary>Longest text that is read, in characters, without what surrounds the answer.</summary>
    public const int MaxLength = 4096;

    /// <summary>Steps that one comparison may take: at most about half a second.</summary>
    private const long Steps = 10_000_000;

    private readonly IReadOnlyList<Reading> _readings;
    private readonly string _letters;

    private MathAnswer(IReadOnlyList<Reading> readings, string letters) => (_readings, _letters) = (readings, letters);

    /// <summary>Whether the answer is natural language.</summary>
    public bool IsText => _readings[0].Value is TextValue;

    /// <summary>Canonical text: the same for answers whose normal forms are equal.</summary>
    public string Canonical =>
        string.Join(
            " or ",
            _readings.Where(r => r.Notation.Thousands == _readings[0].Notation.Thousands).Select(r => r.Value.ToString()).Distinct()
        );

    /// <summary>Reads an answer; null when it is not mathematics.</summary>
    /// <param name="text">The content of an answer span, or a gold answer.</param>
    /// <param name="things">The words that may follow a number because they name what is counted.</param>
    /// <param name="problem">Why it cannot be read; empty on success.</param>
    /// <exception cref="LimitExceededException">It is too long, too deeply nested, or takes too much work.</exception>
    public static MathAnswer? Read(string text, CountedThings things, out string problem)
    {
        var plain = AnswerMarkup.Unwrap(text);
        if (plain.Length > MaxLength)
        {
            throw new LimitExceededException($"more than {MaxLength} characters");
        }

        plain = AnswerMarkup.WithoutStrongEmphasis(plain is [.., not '.', '.'] ? plain[..^1].TrimEnd() : plain);
        plain = InfixCommands.Rewritten(TimesTenPattern().Replace(Superscripts.WithCarets(plain), @"\times 10^"));
        if (plain.Trim('.').Length == 0)
        {
            problem = "it is empty";
            return null;
        }

        var readings = new List<Reading>();
        problem = "";
        foreach (var notation in Notations(plain))
        {
            try
            {
                readings.Add(new Reading(Parse(plain, things, notation), notation));
            }
            catch (MathSyntaxException e)
            {
                problem = problem.Length > 0 ? problem : e.Message;
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
    /// <exception cref="UndecidedException">It could not be decided, or the gold answer alone takes too much work.</exception>
    /// <exception cref="LimitExceededException">This answer takes too much work to compare.</exception>
    public bool Equals(MathAnswer gold)
    {
        try
        {
            return IsEqual(gold);
        }
        catch (LimitExceededException e) when (!ReferenceEquals(this, gold) && !gold.IsWithinLimits())
        {
            throw new UndecidedException($"the gold answer exceeds a limit of the graders: {e.Message}");
        }
    }

    private bool IsWithinLimits()
    {
        try
        {
            return IsEqual(this);
        }
        catch (LimitExceededException)
        {
            return false;
        }
    }

    private bool IsEqual(MathAnswer gold)
    {
        if (IsText || gold.IsText)
        {
            return _letters == gold._letters && _letters.Length > 0;
        }

        var comparison = new MathComparison(new WorkBudget(Steps));
        Exception? undecided = null;
        foreach (var (ours, theirs) in _readings.SelectMany(o => gold._readings.Select(g => (o, g))).Where(p => p.o.MayEqual(p.g)))
        {
            try
            {
                if (!comparison.AreEqual(theirs.Value, ours.Value))
                {
                    continue;
                }

                if (ours.IsCertain(theirs))
                {
                    return true;
                }

                undecided = new UndecidedException("the letters after the gold answer's number may be a unit or variables");
            }
            catch (Exception e) when (e is LimitExceededException or UndecidedException)
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

    /// <summary>The notations that may give different readings of a text.</summary>
    private static IEnumerable<Notation> Notations(string plain) =>
        from thousands in !GroupPattern().IsMatch(plain) ? (bool[])[true]
        : PointPattern().IsMatch(plain) ? [false]
        : [true, false]
        from shortUnits in ShortUnitPattern().IsMatch(plain) ? (bool[])[false, true] : [false]
        select new Notation(thousands, shortUnits);

    private static MathValue Parse(string plain, CountedThings things, Notation notation)
    {
        var tokens = new MathLexer(plain, notation).Read();
        if (MathParser.IsText(tokens))
        {
            return MathVocabulary.Phrases.GetValueOrDefault(LettersOf(plain)) ?? new TextValue(LettersOf(plain));
        }

        var budget = new WorkBudget(Steps);
        if (!tokens.Any(t => t.Is("pm") || t.Is("mp")))
        {
            return new MathParser(tokens, things, budget, plus: true).Answer();
        }

        return new SetValue(
            [
                .. Flat(new MathParser(tokens, things, budget, plus: true).Answer()),
                .. Flat(new MathParser(tokens, things, budget, plus: false).Answer()),
            ],
            IsBare: true
        );
    }

    private static IEnumerable<MathValue> Flat(MathValue value) => value is SetValue set ? set.Items : [value];

    /// <summary>Letters and digits of a text without its LaTeX commands, in upper case.</summary>
    private static string LettersOf(string text) =>
        string.Concat(CommandPattern().Replace(text, "").Where(char.IsLetterOrDigit)).ToUpperInvariant();

    private sealed record Reading(MathValue Value, Notation Notation)
    {
        /// <summary>Whether this reading is to be compared with a reading of the gold answer. "5 m" is five metres only against a gold
        /// answer without letters.</summary>
        public bool MayEqual(Reading gold) => !Notation.ShortUnits || gold.Notation.ShortUnits || !gold.Value.HasVariables;

        /// <summary>Whether an equal reading of the gold answer decides. A gold answer "5 m" may be 5·m, so that 5 may be wrong.</summary>
        public bool IsCertain(Reading gold) => !gold.Notation.ShortUnits || Notation.ShortUnits || Value is ScalarValue { Unit: not null };
    }

    [GeneratedRegex(@"[0-9],(?:\\[!,:;> ]\s*)*[0-9]{3}")]
    private static partial Regex GroupPattern();

    /// <summary>(10,100) is a point.</summary>
    [GeneratedRegex(@"^(?:\\left)?\(\s*-?[0-9]+(?:,-?(?:0|[1-9][0-9]*))+\s*(?:\\right)?\)$")]
    private static partial Regex PointPattern();

    /// <summary>The x of 3x10^8 or 3 x 10^8 is a multiplication sign.</summary>
    [GeneratedRegex(@"(?<=[0-9])\s*[xX]\s*10\s*(?:\^|\*\*)")]
    private static partial Regex TimesTenPattern();

    [GeneratedRegex(@"(?<![A-Za-z\\])(?:m|g|l|L|s|h|in)(?![A-Za-z])")]
    private static partial Regex ShortUnitPattern();

    [GeneratedRegex(@"\\[A-Za-z]+")]
    private static partial Regex CommandPattern();
}
