using SkillFactory.Grading.Maths;
using SkillFactory.Grading.Quantities;

namespace SkillFactory.Grading.Tests.Maths;

/// <summary>Compares random inequalities in one letter with their solutions among many points.</summary>
public sealed class LinearInequalityTests
{
    private static readonly string[] Relations = ["<", "\\le ", ">", "\\ge ", "\\ne "];

    [Fact]
    public void Inequalities_are_equal_exactly_when_they_have_the_same_solutions()
    {
        var random = new Random(41);
        var (equal, different) = (0, 0);
        for (var round = 0; round < 4000; round++)
        {
            var one = Draw(random);
            var other = random.Next(3) == 0 ? Draw(random) : one with { Form = random.Next(4), Factor = random.Next(1, 5) };

            // Every bound is a multiple of 1/60; the points lie on the bounds and between them.
            var expected = Enumerable.Range(-1700, 3401).All(i => one.Holds(i) == other.Holds(i));
            var (a, b) = (Read(one.Text()), Read(other.Text()));
            Assert.True(a.Equals(b) == expected, $"{one.Text()} and {other.Text()}");
            Assert.True(a.Equals(Read(other.Interval())) == expected, $"{one.Text()} and {other.Interval()}");
            (equal, different) = expected ? (equal + 1, different) : (equal, different + 1);
        }

        Assert.InRange(equal, 1000, 4000);
        Assert.InRange(different, 500, 4000);
    }

    private static Inequality Draw(Random random) =>
        new(
            random.Next(1, 6) * (random.Next(2) == 0 ? 1 : -1),
            random.Next(-6, 7),
            random.Next(-6, 7),
            random.Next(Relations.Length),
            random.Next(4),
            random.Next(1, 5)
        );

    private static MathAnswer Read(string text) => MathAnswer.Read(text, CountedThings.Any, out _)!;

    /// <summary>a·x + b (relation) c, written in one of several forms and multiplied by a factor.</summary>
    private sealed record Inequality(int A, int B, int C, int Relation, int Form, int Factor)
    {
        /// <param name="at">The value of x in units of 1/120.</param>
        public bool Holds(int at) =>
            ((A * at) + ((B - C) * 120)) switch
            {
                var d when Relation == 0 => d < 0,
                var d when Relation == 1 => d <= 0,
                var d when Relation == 2 => d > 0,
                var d when Relation == 3 => d >= 0,
                var d => d != 0,
            };

        public string Text()
        {
            var (a, b, c) = (A * Factor, B * Factor, C * Factor);
            return Form switch
            {
                0 => $"{a}x+({b}){Relations[Relation]}{c}",
                1 => $"{c}{Relations[Flipped(Relation)]}({b})+({a})x",
                2 => $"{a}x{Relations[Relation]}({c})-({b})",
                _ => $"({c - b})-({a})x{Relations[Flipped(Relation)]}0",
            };
        }

        public string Interval()
        {
            var bound = $"\\frac{{{C - B}}}{{{A}}}";
            return (A > 0 ? Relation : Flipped(Relation)) switch
            {
                0 => $"(-\\infty, {bound})",
                1 => $"(-\\infty, {bound}]",
                2 => $"({bound}, \\infty)",
                3 => $"[{bound}, \\infty)",
                _ => $"(-\\infty, {bound})\\cup({bound}, \\infty)",
            };
        }

        private static int Flipped(int relation) => relation == 4 ? 4 : (relation + 2) % 4;
    }
}
