using SkillFactory.Core.Tasks;

namespace SkillFactory.Core.Tests.Tasks;

public sealed class StepCheckerTests
{
    [Theory]
    [InlineData("countdown", "8 6 4 = 44 exactly_once")]
    [InlineData("multiplication", "23 * 7 = 161")]
    public void Arithmetic_tasks_check_the_calculations_of_an_attempt(string task, string gold)
    {
        var checker = Assert.IsAssignableFrom<IStepChecker>(TaskRegistry.Get(task));
        Assert.Equal(0.5, checker.CheckSteps(TaskRegistry.Get(task).FromGold("q", "", gold), "20*7=140; 3*7=20").Share);
        Assert.Null(checker.CheckSteps(TaskRegistry.Get(task).FromGold("q", "", gold), "I guess").Share);
    }
}
