namespace SkillFactory.Grading.Tests;

public sealed class ArithmeticStepsTests
{
    [Theory]
    [InlineData("20*7=140;3*7=21;140+21=161", 3, 3)]
    [InlineData("20*7=140;3*7=22;140+22=162", 2, 3)]
    [InlineData("Step 1: 8 × 6 = 48\nStep 2: 48 − 4 = 45", 1, 2)]
    [InlineData("First 8*6=48. Then 48-4=44, so <answer>8*6-4 = 44</answer>", 3, 3)]
    [InlineData("- 8*6=48\n- 48-4=44", 2, 2)] // list items, not negative numbers
    [InlineData("(8*6=48)", 1, 1)]
    [InlineData("(8+6)*2=28", 1, 1)]
    [InlineData("3 * 7 = 21 = 20 + 1", 1, 1)]
    [InlineData("3 * 7 = 21 = 20 + 2", 0, 1)]
    [InlineData("it costs $5*3=$15, and 12.5*2=25.0", 2, 2)]
    [InlineData("<<48/2=24>>24", 1, 1)]
    [InlineData("1,200*3=3,600", 1, 1)]
    [InlineData("\\frac{12}{4} = 3 and 8 \\cdot 6 = 48", 2, 2)]
    [InlineData("5/0=5", 0, 1)]
    [InlineData("1/3=0.33", 0, 1)]
    [InlineData("4-6=-2;-2+8=6", 2, 2)]
    [InlineData("x = 5 and y = 5 = 5", 0, 0)] // nothing is calculated
    [InlineData("no numbers here", 0, 0)]
    [InlineData("", 0, 0)]
    [InlineData("2^3=8", 0, 0)]
    public void Calculations_are_counted_and_checked(string text, int right, int total) =>
        Assert.Equal(new StepCheck(right, total), ArithmeticSteps.Check(text));

    [Fact]
    public void Every_calculation_of_a_generated_text_is_found_and_checked()
    {
        var random = new Random(5);
        for (var round = 0; round < 200; round++)
        {
            var (right, text) = (0, "");
            var count = random.Next(1, 8);
            for (var i = 0; i < count; i++)
            {
                var (a, b, c) = (random.Next(1, 99), random.Next(1, 99), random.Next(1, 99));
                var (written, value) = random.Next(3) switch
                {
                    0 => ($"{a} + {b}*{c}", a + (b * c)),
                    1 => ($"({a}-{b})*{c}", (a - b) * c),
                    _ => ($"{a * b} / {b} - {c}", a - c),
                };
                var stated = random.Next(2) == 0 ? value : value + random.Next(1, 5);
                right += stated == value ? 1 : 0;
                text += $"Now {written} = {stated}; ";
            }

            Assert.Equal(new StepCheck(right, count), ArithmeticSteps.Check(text));
        }
    }

    [Fact]
    public void Long_and_hostile_text_is_read_in_bounded_work()
    {
        // A backtracking reader would need quadratic or exponential time for each of these, and the test would hang.
        Assert.Equal(0, ArithmeticSteps.Check(new string('(', 1_000_000)).Total);
        Assert.Equal(0, ArithmeticSteps.Check(string.Concat(Enumerable.Repeat("1+", 500_000))).Total);
        Assert.Equal(0, ArithmeticSteps.Check(string.Concat(Enumerable.Repeat("1 ", 500_000))).Total);
        Assert.Equal(0, ArithmeticSteps.Check(new string('9', 1_000_000) + "+1=2").Total);
        Assert.InRange(ArithmeticSteps.Check(string.Concat(Enumerable.Repeat("1+1=2\n", 200_000))).Total, 1, 200_000);
    }
}
