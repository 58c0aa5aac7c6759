using CsCheck;
using SkillFactory.Core.Tasks.Countdown;
using SkillFactory.Grading;

namespace SkillFactory.Core.Tests.Tasks;

public sealed class CountdownSolverTests
{
    private static readonly Gen<(int[] Numbers, string Operators, bool ExactlyOnce)> Problems = Gen.Select(
        Gen.Int[1, 12].Array[2, 4],
        Gen.OneOf(Gen.Const("+-*/"), Gen.Const("+-*"), Gen.Const("+*"), Gen.Const("-/"), Gen.Const("*/")),
        Gen.Bool
    );

    [Fact]
    public void Finds_a_solution_exactly_when_brute_force_does() =>
        Gen.Select(Problems, Gen.Int[0, 60])
            .Sample(
                (p, target) =>
                {
                    var solution = CountdownSolver.Solve(p.Numbers, target, p.Operators, Use(p.ExactlyOnce));
                    return solution is null
                        ? !BruteForce.Reachable(p.Numbers, p.Operators, p.ExactlyOnce).Contains(target)
                        : CountdownGradingTests
                            .Grade(new CountdownGold(p.Numbers, target, Use(p.ExactlyOnce), p.Operators).ToString(), solution)
                            .Outcome == Outcome.Correct;
                },
                iter: 1500,
                threads: 1
            );

    [Fact]
    public void Uses_fractions_where_only_they_reach_the_target() =>
        Assert.Equal(
            Outcome.Correct,
            CountdownGradingTests.Grade("8 8 3 3 = 24", CountdownSolver.Solve([8, 8, 3, 3], 24, "+-*/", NumberUse.ExactlyOnce)!).Outcome
        );

    [Fact]
    public void Rejects_numbers_that_could_overflow() =>
        Assert.Throws<ArgumentException>(() => CountdownSolver.Solve([.. Enumerable.Repeat(1000, 7)], 1, "+-*/", NumberUse.AtMostOnce));

    private static NumberUse Use(bool exactlyOnce) => exactlyOnce ? NumberUse.ExactlyOnce : NumberUse.AtMostOnce;
}
