using SkillFactory.Core.Tasks;
using SkillFactory.Grading;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Core.Tests.Tasks.Files;

public sealed class MathsTests
{
    private static readonly ITask Maths = TaskRegistry.Get("maths");

    [Theory]
    // numbers
    [InlineData("\\frac{1}{2}", "0.5")]
    [InlineData("\\frac{1}{2}", "\\dfrac{1}{2}")]
    [InlineData("\\frac{1}{2}", "\\tfrac12")]
    [InlineData("\\frac{1}{2}", "\\frac1{2}")]
    [InlineData("\\frac{1}{2}", "1/2")]
    [InlineData("\\frac{1}{2}", "\\frac{2}{4}")]
    [InlineData("\\frac{1}{2}", "$\\frac{1}{2}$.")]
    [InlineData("\\frac{1}{2}", "½")]
    [InlineData("-\\frac{1}{2}", "\\frac{-1}{2}")]
    [InlineData("-\\frac{1}{2}", "\\frac{1}{-2}")]
    [InlineData("\\frac{1}{2}", "-\\frac{-1}{2}")]
    [InlineData("\\frac{7}{2}", "3\\frac{1}{2}")]
    [InlineData("3\\frac{1}{2}", "3 1/2")]
    [InlineData("3\\frac12", "3.5")]
    [InlineData("3\\frac12", "3½")]
    [InlineData("\\frac{72}{5}", "14.40")]
    [InlineData("10000", "10,000")]
    [InlineData("10,\\!000", "10000")]
    [InlineData("10{,}000", "10\\,000")]
    [InlineData("1,000,000", "10^6")]
    [InlineData("120000", "1.2 \\times 10^5")]
    [InlineData("120000", "1.2 \\cdot 10^{5}")]
    [InlineData("120000", "1.2e5")]
    [InlineData("0.00012", "1.2 \\times 10^{-4}")]
    [InlineData("\\frac{1}{3}", "0.\\overline{3}")]
    [InlineData("\\frac{1}{6}", "0.1\\overline{6}")]
    [InlineData("007", "7")]
    [InlineData("142.0", "142")]
    [InlineData("025", "25")]
    [InlineData("2^{10}", "1024")]
    [InlineData("5!", "120")]
    [InlineData("\\binom{10}{3}", "120")]
    [InlineData("4210_5", "4210")]
    [InlineData("4210_5", "4210_{5}")]
    // units, currency, percent, degrees
    [InlineData("\\$18.90", "18.9")]
    [InlineData("18.90", "\\$18.90")]
    [InlineData("5.4 \\text{ cents}", "5.4")]
    [InlineData("12\\text{ cm}^2", "12")]
    [InlineData("12", "12 \\mathrm{~cm}^{2}")]
    [InlineData("12", "12 square units")]
    [InlineData("60", "60\\text{ miles/hour}")]
    [InlineData("45^\\circ", "45")]
    [InlineData("45", "45°")]
    [InlineData("45^{\\circ}", "45 degrees")]
    [InlineData("10\\%", "10")]
    [InlineData("10\\%", "0.1")]
    [InlineData("0.1", "10\\%")]
    [InlineData("10", "10 percent")]
    // roots
    [InlineData("\\sqrt{8}", "2\\sqrt{2}")]
    [InlineData("\\sqrt{8}", "2\\sqrt2")]
    [InlineData("\\sqrt{8}", "√8")]
    [InlineData("\\sqrt{8}", "2 \\cdot 2^{1/2}")]
    [InlineData("\\sqrt{8}", "8^{0.5}")]
    [InlineData("\\sqrt{8}", "sqrt(8)")]
    [InlineData("\\frac{1}{\\sqrt{2}}", "\\frac{\\sqrt{2}}{2}")]
    [InlineData("\\frac{1}{1+\\sqrt{2}}", "\\sqrt{2}-1")]
    [InlineData("\\frac{1}{\\sqrt{2}+\\sqrt{3}+\\sqrt{5}}", "\\frac{3\\sqrt{2}+2\\sqrt{3}-\\sqrt{30}}{12}")]
    [InlineData("\\sqrt{3+2\\sqrt{2}}", "1+\\sqrt{2}")]
    [InlineData("\\sqrt{2-\\sqrt{3}}", "\\frac{\\sqrt{6}-\\sqrt{2}}{2}")]
    [InlineData("\\sqrt{5+2\\sqrt{5}}", "\\sqrt{2\\sqrt5+5}")]
    [InlineData("\\sqrt{20+8\\sqrt{5}}", "2\\sqrt{5+2\\sqrt{5}}")]
    [InlineData("\\sqrt[3]{16}", "2\\sqrt[3]{2}")]
    [InlineData("\\sqrt[3]{-8}", "-2")]
    [InlineData("\\sqrt[4]{4}", "\\sqrt{2}")]
    [InlineData("\\sqrt[3]{2}\\cdot\\sqrt[3]{4}", "2")]
    [InlineData("\\sqrt{\\frac{3}{4}}", "\\frac{\\sqrt{3}}{2}")]
    [InlineData("\\left(\\sqrt{5}+1\\right)\\left(\\sqrt{5}-1\\right)", "4")]
    [InlineData("\\frac{1+\\sqrt{5}}{2}", "\\frac{2}{\\sqrt{5}-1}")]
    // pi, e, i, logarithms, angles
    [InlineData("\\frac{\\pi}{4}", "0.25\\pi")]
    [InlineData("\\frac{\\pi}{4}", "π/4")]
    [InlineData("4\\pi", "\\pi \\cdot 4")]
    [InlineData("\\frac{4}{3}\\pi r^3", "\\frac{4\\pi r^3}{3}")]
    [InlineData("6 - 5i", "-5i+6")]
    [InlineData("\\frac{1}{i}", "-i")]
    [InlineData("(1+i)^2", "2i")]
    [InlineData("\\frac{1}{1+i}", "\\frac{1-i}{2}")]
    [InlineData("\\sqrt{-4}", "2i")]
    [InlineData("\\ln 4", "2\\ln 2")]
    [InlineData("\\ln\\left(\\frac{4}{9}\\right)", "2\\ln 2 - 2 \\ln 3")]
    [InlineData("\\log_2 8", "3")]
    [InlineData("\\log_4 8", "\\frac{3}{2}")]
    [InlineData("\\ln e^3", "3")]
    [InlineData("\\log 1000", "3")]
    [InlineData("\\sin 30^\\circ", "\\frac{1}{2}")]
    [InlineData("\\cos \\frac{\\pi}{12}", "\\frac{\\sqrt6+\\sqrt2}{4}")]
    [InlineData("\\tan 60^{\\circ}", "\\sqrt{3}")]
    [InlineData("\\cos 36^\\circ", "\\frac{1+\\sqrt5}{4}")]
    [InlineData("\\sin^2 45^\\circ", "0.5")]
    [InlineData("e^{2}", "e \\cdot e")]
    // expressions in variables
    [InlineData("x^2+2x+1", "(x+1)^2")]
    [InlineData("2xy", "xy2")]
    [InlineData("\\frac{x^2-1}{x-1}", "x+1")]
    [InlineData("\\frac{1}{x}+\\frac{1}{y}", "\\frac{x+y}{xy}")]
    [InlineData("\\frac{x}{x^2+x}", "\\frac{1}{x+1}")]
    [InlineData("p - q", "-(q-p)")]
    [InlineData("2^{n+1}", "2 \\cdot 2^n")]
    [InlineData("4^n", "2^{2n}")]
    [InlineData("6^n", "2^n \\cdot 3^n")]
    [InlineData("\\sqrt{x}\\sqrt{x}", "x")]
    [InlineData("x^{-1}", "\\frac{1}{x}")]
    [InlineData("n(n+1)/2", "\\frac{n^2+n}{2}")]
    [InlineData("\\sqrt{4x^2+4}", "2\\sqrt{x^2+1}")]
    [InlineData("|x-1|", "\\left|1-x\\right|")]
    [InlineData("a_1 + a_{2}", "a_2+a_{1}")]
    [InlineData("e^{x+1}", "e \\cdot e^x")]
    [InlineData("\\frac{x+2}{7}", "\\dfrac{1}{7}x+\\dfrac{2}{7}")]
    // lists, sets, tuples, intervals, matrices
    [InlineData("1,-2", "-2, 1")]
    [InlineData("1,-2", "x = 1 \\text{ or } x = -2")]
    [InlineData("1,-2", "\\{-2,1\\}")]
    [InlineData("\\{1,2,3\\}", "\\left\\{3, 2, 1, 1\\right\\}")]
    [InlineData("3 \\pm 2\\sqrt{2}", "3+2\\sqrt{2}, 3-2\\sqrt2")]
    [InlineData("3 \\pm 2\\sqrt{2}", "3 \\mp \\sqrt{8}")]
    [InlineData("\\pm 2", "2, -2")]
    [InlineData("\\left( 3, \\frac{\\pi}{2} \\right)", "(3, 0.5\\pi)")]
    [InlineData("\\left( 3, \\frac{\\pi}{2} \\right)", "3, \\frac{\\pi}{2}")]
    [InlineData("(1,2,3)", "x=1, y=2, z=3")]
    [InlineData("[-2,7]", "x \\in [-2,7]")]
    [InlineData("[-2,7]", "-2 \\le x \\le 7")]
    [InlineData("[2,5)", "\\left[2, \\frac{10}{2}\\right)")]
    [InlineData("(-\\infty,2)\\cup(3,\\infty)", "(3, \\infty) \\cup (-\\infty, 2)")]
    [InlineData("(-\\infty,2)\\cup(2,\\infty)", "\\mathbb{R} \\setminus \\{2\\}")]
    [InlineData("(-\\infty,2)\\cup(2,\\infty)", "x \\neq 2")]
    [InlineData("(2,\\infty)", "x > 2")]
    [InlineData("(2,\\infty)", "2 < x")]
    [InlineData("(-\\infty, 3]", "\\{x | x \\leq 3\\}")]
    [InlineData("[1,2]\\cup[2,3]", "[1,3]")]
    [InlineData("[1,2)\\cup\\{2\\}", "[1,2]")]
    [InlineData("(1,2)", "1 < x < 2")]
    [InlineData("(-\\infty,\\infty)", "\\mathbb{R}")]
    [InlineData("[-\\sqrt{3}, \\sqrt{3}]", "-\\sqrt3 \\leqslant x \\leqslant \\sqrt3")]
    [InlineData("\\emptyset", "\\{\\}")]
    [InlineData("\\begin{pmatrix} -2 & 1/2 \\\\ 0 & 1 \\end{pmatrix}", "\\begin{bmatrix} -2 & 0.5 \\\\ 0 & 1 \\end{bmatrix}")]
    [InlineData("\\begin{pmatrix} 1 \\\\ 2 \\end{pmatrix}", "\\begin{pmatrix}1\\\\2\\\\\\end{pmatrix}")]
    // equations
    [InlineData("5", "x = 5")]
    [InlineData("x = 5", "5")]
    [InlineData("y = 2x+1", "y=1+2x")]
    [InlineData("y = 2x+1", "2x - y + 1 = 0")]
    [InlineData("x+y=2", "2x+2y=4")]
    [InlineData("2x+1", "f(x) = 2x + 1")]
    [InlineData("12", "\\text{Area} = 12")]
    [InlineData("2x+3y>6", "6 < 2x+3y")]
    // text
    [InlineData("\\text{Evelyn}", "Evelyn")]
    [InlineData("\\text{(C)}", "C")]
    [InlineData("\\text{(C)}", "(C)")]
    [InlineData("C", "\\textbf{(C)}")]
    [InlineData("\\text{even}", "Even.")]
    [InlineData("\\text{no solution}", "No solution")]
    public void Equal_answers_are_correct(string gold, string answer)
    {
        Assert.Equal((Outcome.Correct, ""), (Grade(gold, answer).Outcome, Grade(gold, answer).Reason));
        Assert.Equal(Outcome.Correct, Grade(answer, gold).Outcome);
        Assert.Equal(Outcome.Correct, Grade(gold, $"\\boxed{{{answer}}}").Outcome);
    }

    [Theory]
    [InlineData("\\frac{1}{2}", "\\frac{1}{3}")]
    [InlineData("\\frac{1}{3}", "0.333333333333333")]
    [InlineData("\\sqrt{2}", "1.41421356237309504880168872420969807")]
    [InlineData("\\pi", "3.14159265358979323846264338327950288")]
    [InlineData("\\pi", "\\frac{355}{113}")]
    [InlineData("\\sqrt{8}", "2\\sqrt{3}")]
    [InlineData("\\sqrt{2}+\\sqrt{3}", "\\sqrt{5}")]
    [InlineData("\\sqrt{2}", "-\\sqrt{2}")]
    [InlineData("\\sqrt[3]{2}", "\\sqrt{2}")]
    [InlineData("\\sqrt{5+2\\sqrt{5}}", "\\sqrt{5-2\\sqrt{5}}")]
    [InlineData("\\sin 20^\\circ", "\\sin 21^\\circ")]
    [InlineData("\\ln 2", "\\ln 3")]
    [InlineData("\\log_2 9", "3")]
    [InlineData("x^2+2x+1", "x^2+2x-1")]
    [InlineData("x+1", "x")]
    [InlineData("x+y", "x+z")]
    [InlineData("2^n", "n^2")]
    [InlineData("1,2", "1,2,3")]
    [InlineData("\\{1,2\\}", "\\{1,3\\}")]
    [InlineData("(1,2)", "(2,1)")]
    [InlineData("(1,2)", "[1,2]")]
    [InlineData("[1,2)", "(1,2]")]
    [InlineData("(2,\\infty)", "[2,\\infty)")]
    [InlineData("(-\\infty,2)\\cup(3,\\infty)", "(-\\infty,3)\\cup(2,\\infty)")]
    [InlineData("\\begin{pmatrix} 1 \\\\ 2 \\end{pmatrix}", "\\begin{pmatrix} 1 & 2 \\end{pmatrix}")]
    [InlineData("y = 2x+1", "y = 2x-1")]
    [InlineData("2x+3y>6", "2x+3y<6")]
    [InlineData("2x+3y>6", "2x+3y\\ge 6")]
    [InlineData("5 \\text{ cm}", "5 \\text{ m}")]
    [InlineData("10\\%", "1")]
    [InlineData("\\text{Evelyn}", "Evelina")]
    [InlineData("\\text{(C)}", "(D)")]
    [InlineData("5", "; import os")]
    [InlineData("5", "\\text{five}")]
    [InlineData("4210_5", "4210_6")]
    [InlineData("6-5i", "6+5i")]
    [InlineData("\\infty", "-\\infty")]
    [InlineData("3 \\pm \\sqrt{2}", "3+\\sqrt{2}")]
    [InlineData("0.1", "0.1+10^{-300}")]
    public void Different_answers_are_wrong(string gold, string answer)
    {
        Assert.Equal((Outcome.Wrong, false), (Grade(gold, answer).Outcome, Grade(gold, answer).Reason.Length == 0));
        Assert.Equal(Outcome.Wrong, Grade(answer, gold).Outcome);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\\frac{1}{")]
    [InlineData("\\frac{1}{0}")]
    [InlineData("1/0")]
    [InlineData("0^{-1}")]
    [InlineData("((1)")]
    [InlineData("1)")]
    [InlineData("2 +")]
    [InlineData("3 4")]
    [InlineData("\\unknowncommand{3}")]
    [InlineData("\\input{/etc/passwd}")]
    [InlineData("5 @ 3")]
    [InlineData("\\begin{cases} 1 \\end{cases}")]
    [InlineData("(-3)!")]
    [InlineData("\\")]
    [InlineData("^2")]
    public void Text_that_is_not_mathematics_is_unparseable(string answer) => Assert.Equal(Outcome.Unparseable, Grade("5", answer).Outcome);

    [Theory]
    [InlineData("9^{9^{9^{9}}}")]
    [InlineData("10^{1000000}")]
    [InlineData("2^{-1000000000}")]
    [InlineData("(x+y+z+1)^{999}")]
    [InlineData("(x+1)^{100000}")]
    [InlineData("100000!")]
    [InlineData("\\binom{100000}{50000}")]
    [InlineData("1e999999999")]
    [InlineData("1e99999999999999999999")]
    [InlineData("\\sqrt{2+\\sqrt{2+\\sqrt{2+\\sqrt{2}}}} \\cdot 10^{100000}")]
    public void An_answer_that_exceeds_the_work_budget_is_unscored(string answer) =>
        Assert.Equal(Outcome.Unscored, Grade("5", answer).Outcome);

    [Fact]
    public void Hostile_text_is_read_in_bounded_work()
    {
        Assert.Equal(Outcome.Unscored, Grade("5", new string('(', 2000) + "1" + new string(')', 2000)).Outcome);
        Assert.Equal(
            Outcome.Unscored,
            Grade("5", string.Concat(Enumerable.Repeat("\\frac{1}{", 300)) + "2" + new string('}', 300)).Outcome
        );
        Assert.Equal(
            Outcome.Unscored,
            Grade("5", string.Concat(Enumerable.Repeat("\\{", 200)) + "1" + string.Concat(Enumerable.Repeat("\\}", 200))).Outcome
        );
        Assert.Equal(Outcome.Unparseable, Grade("5", new string('1', 5000)).Outcome);
        Assert.Equal(Outcome.Unscored, Grade("5", string.Join(",", Enumerable.Range(0, 500))).Outcome);
        Assert.Equal(Outcome.Wrong, Grade("5", string.Concat(Enumerable.Repeat("+1", 1500))).Outcome);
        Assert.Contains(
            Grade("5", string.Join("+", Enumerable.Range(2, 300).Select(i => $"\\sqrt{{{i}}}"))).Outcome,
            (Outcome[])[Outcome.Wrong, Outcome.Unscored]
        );
        Assert.Contains(
            Grade("5", "1/(" + string.Join("+", Enumerable.Range(2, 40).Select(i => $"\\sqrt{{{i}}}")) + ")").Outcome,
            (Outcome[])[Outcome.Wrong, Outcome.Unscored]
        );
        Assert.Contains(Grade("5", string.Concat(Enumerable.Repeat("(x+1)", 60))).Outcome, (Outcome[])[Outcome.Wrong, Outcome.Unscored]);
        Assert.Equal(Outcome.Unparseable, Grade("5", string.Concat(Enumerable.Repeat("\\boxed{", 500))).Outcome);
        Assert.Equal(Outcome.Correct, Grade("5", string.Concat(Enumerable.Repeat("\\boxed{", 500)) + "5" + new string('}', 500)).Outcome);
    }

    [Theory]
    [InlineData("thus \\boxed{\\frac{1}{2}}", Outcome.Correct)]
    [InlineData("\\boxed{1} and then \\boxed{\\frac{1}{2}}", Outcome.Correct)]
    [InlineData("\\boxed{\\frac{1}{2}} and then \\boxed{\\frac{1}{", Outcome.Correct)] // the last box is not closed
    [InlineData("<answer>\\boxed{\\frac{1}{2}}</answer>", Outcome.Correct)]
    [InlineData("<answer>0.5</answer> \\boxed{3}", Outcome.Correct)] // the answer span counts
    [InlineData("<answer>\n  \\frac{1}{2}\n</answer>", Outcome.Correct)]
    [InlineData("<answer>3</answer><answer><answer>0.5</answer>", Outcome.Correct)]
    [InlineData("the answer is 0.5", Outcome.Unparseable)]
    public void The_answer_is_found_in_the_response(string response, Outcome expected)
    {
        Assert.Equal(expected, Maths.Grade(Question("\\frac{1}{2}"), response, truncated: false).Outcome);
        Assert.Equal(Outcome.Truncated, Maths.Grade(Question("\\frac{1}{2}"), response, truncated: true).Outcome);
    }

    [Theory]
    [InlineData("\\frac{1}{2}", "0.50")]
    [InlineData("\\sqrt{8}", "2\\sqrt{2}")]
    [InlineData("1, 2", "\\{2, 1\\}")]
    [InlineData("x = 5", "5")]
    [InlineData("(x+1)^2", "x^2+2x+1")]
    [InlineData("\\frac{x^2-1}{x-1}", "1+x")]
    [InlineData("\\frac{1}{1+\\sqrt{2}}", "\\sqrt2-1")]
    [InlineData("Yes", "\\text{yes}")]
    public void Equal_answers_have_the_same_canonical_form(string one, string other)
    {
        Assert.NotNull(Grade("7", one).Canonical);
        Assert.Equal(Grade("7", one).Canonical, Grade("7", other).Canonical);
    }

    [Theory]
    [InlineData("\\frac{1}{2")]
    [InlineData("")]
    [InlineData("\\unknown{3}")]
    [InlineData("9^{9^{9}}")]
    public void Invalid_golds_are_user_errors(string gold) =>
        Assert.Contains(
            "row 7",
            Assert.Throws<UserErrorException>(() => Maths.FromGold("row 7", "", gold)).Message,
            StringComparison.Ordinal
        );

    [Fact]
    public void The_formats_of_public_files_are_read()
    {
        using var folder = new QuestionFolder("maths");
        var math500 = new
        {
            problem = "Convert.",
            solution = "We have \\boxed{7}.",
            answer = "\\left( 3, \\frac{\\pi}{2} \\right)",
            subject = "Precalculus",
            level = 2,
            unique_id = "test/1.json",
        };
        var math = new
        {
            problem = "Convert.",
            solution = "We get $r = 3$, so $\\boxed{\\left( 3, \\frac{\\pi}{2} \\right)}$.",
            level = "Level 2",
        };
        var aime = new
        {
            id = 60,
            problem = "Find.",
            answer = "204",
            url = "x",
        };
        var amc = new
        {
            id = 0,
            problem = "Find.",
            answer = 204.0,
        };
        Assert.Equal(
            "\\left( 3, \\frac{\\pi}{2} \\right)",
            folder.Read(("file", folder.Write("a.jsonl", math500))).Questions[0].Content.Gold
        );
        Assert.Equal("\\left( 3, \\frac{\\pi}{2} \\right)", folder.Read(("file", folder.Write("b.jsonl", math))).Questions[0].Content.Gold);
        Assert.Equal("204", folder.Read(("file", folder.Write("c.jsonl", aime))).Questions[0].Content.Gold);
        Assert.True(
            Maths
                .Grade(
                    Question(folder.Read(("file", folder.Write("d.jsonl", amc))).Questions[0].Content.Gold),
                    "<answer>204</answer>",
                    false
                )
                .IsCorrect
        );
        var bad = folder.Write("e.jsonl", new { problem = "Find.", answer = "\\frac{1}{" });
        Assert.StartsWith(
            $"{bad}:1: column 'answer': found '\\frac{{1}}{{' (",
            Assert.Throws<UserErrorException>(() => folder.Read(("file", bad))).Message,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "column 'answer': found no such column among problem",
            Assert.Throws<UserErrorException>(() => folder.Read(("file", folder.Write("f.jsonl", new { problem = "x" })))).Message,
            StringComparison.Ordinal
        );
    }

    private static Grade Grade(string gold, string answer) => Maths.Grade(Question(gold), $"<answer>{answer}</answer>", truncated: false);

    private static Question Question(string gold) => new("q", "maths", "mine", "", gold);
}
