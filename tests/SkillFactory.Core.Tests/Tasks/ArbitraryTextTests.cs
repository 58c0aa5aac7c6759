using CsCheck;
using SkillFactory.Core.Tasks;
using SkillFactory.Core.Tests.Tasks.Cases;
using SkillFactory.Grading;

namespace SkillFactory.Core.Tests.Tasks;

/// <summary>No grader fails on any text: an error inside a grader would show as an unscored response.</summary>
public sealed class ArbitraryTextTests
{
    /// <summary>A question of each task. Its gold is no text that a random answer is likely to hit.</summary>
    private static readonly Question[] Questions =
    [
        Of("countdown", "8 6 4 = 44 exactly_once"),
        Of("multiplication", "123 * 456 = 56088"),
        Of("letter_countdown", "e a p l = 4 wide"),
        Of("acronym", "table north sugar echo ocean = 4"),
        Of("multiple_choice", "4\n1\t3\n2\t½\n3\tx²\n4\t６"),
        Of("multiple_choice", "B"),
        Of("word_problem", "5 million"),
        Of("maths", "\\frac{5}{7}"),
        Of("maths", "x=3, y=5"),
        Of("maths", "(-\\infty, 2)\\cup\\{3\\}"),
        Of("maths", "\\text{no solution}"),
    ];

    /// <summary>Digits of other scripts, combining marks, surrogates alone and in pairs, and notations with a meaning.</summary>
    private static readonly string[] Pieces =
    [
        .. (
            "8 12 1,234 0 00 .5 1e9 1e999 ８ ٨ ८ ๘ 𝟖 Ⅷ ⑧ ² ⁻³ ½ 一 万 x X m in min e i π ∞ 😀 ß İ K ﬁ "
            + "+ - − * ** / ÷ ^ _ = != ≤ < > ! % ‰ ° | : ; , . ' \" "
            + "` ``` $ $$ € # #### ~ ( ) [ ] { } & million dozen squared or and Step nest leap north A B) Option "
            + "\u0301 \u0338 \u200B \u202E \uFEFF \uD835 \uDFD6 \0 \u0007"
        ).Split(' '),
        .. (
            @"\{ \} \ \\ \frac \frac12 \frac{1}{2} \sqrt \boxed{ \boxed \boxed12 \text{ \mathrm{in} \left( \right) "
            + @"\begin{pmatrix} \end{pmatrix} "
            + @"\pm \cup \infty \overline{ \sin \log_2 \gcd \binom ^\circ \% \cdot"
        ).Split(' '),
        " ",
        "\r\n",
        "\t",
        "\u00A0",
        "\u2009",
        "\u3000",
        "per cent",
        "the answer is ",
    ];

    private static readonly Gen<string> Piece = OneOf(Pieces);

    private static readonly Gen<string> Mixed = Piece.Array[0, 24].Select(string.Concat);

    private static readonly Gen<string> Characters = Gen.Char.Array[0, 40].Select(c => new string(c));

    [Fact]
    public void Random_characters_never_make_a_grader_fail() => Characters.Sample(Check, iter: 4000);

    [Fact]
    public void Mixtures_of_notations_never_make_a_grader_fail() => Mixed.Sample(Check, iter: 8000);

    [Fact]
    public void Broken_copies_of_known_answers_never_make_a_grader_fail()
    {
        var answers = TaskRegistry.Names.SelectMany(t => GraderCase.Of(t).Values).Select(c => c.Answer).Distinct().ToArray();
        Gen.Select(OneOf(answers), Gen.Int[0, 60], Gen.Int[0, 6], Piece)
            .Select((answer, at, removed, piece) => Spliced(answer, at, removed, piece))
            .Sample(Check, iter: 3000);
    }

    [Fact]
    public void Long_and_deep_text_never_makes_a_grader_fail() =>
        Gen.Select(Piece, Piece, OneOf(1, 40, 200, 3000, 40_000))
            .Select((piece, last, times) => string.Concat(Enumerable.Repeat(piece, times)) + last + "8")
            .Sample(Check, iter: 500);

    private static Gen<T> OneOf<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);

    private static void Check(string answer)
    {
        foreach (var question in Questions)
        {
            var task = TaskRegistry.Get(question.Task);
            (task as IStepChecker)?.CheckSteps(question, answer);
            foreach (var response in (string[])[answer, $"<answer>{answer}</answer>", $"\\boxed{{{answer}}}"])
            {
                var grade = task.Grade(question, response, truncated: false);
                Assert.False(grade.Reason.StartsWith("the grader failed", StringComparison.Ordinal), $"{question.Task}: {grade}");
                Assert.Equal(grade.Outcome == Outcome.Correct, grade.Reason.Length == 0);
            }
        }
    }

    private static string Spliced(string text, int at, int removed, string piece)
    {
        var start = Math.Min(at, text.Length);
        return text[..start] + piece + text[Math.Min(start + removed, text.Length)..];
    }

    private static Question Of(string task, string gold) => TaskRegistry.Get(task).FromGold(task, "How many apples?", gold);
}
