using SkillFactory.Core.Planning;
using SkillFactory.Core.Recipes;

namespace SkillFactory.Core.Tests.Planning;

public sealed class PlannedWorkTests
{
    [Fact]
    public void Work_is_the_number_of_sequences()
    {
        var plan = ExperimentPlan.From(
            PlannedRecipes.ThreeArms with
            {
                Sampling = new SamplingSettings
                {
                    Questions = 100,
                    Variants = ["original", "alternatively"],
                    AttemptsPerVariant = 3,
                },
                Reflection = new ReflectionSettings { PerAttempt = 2 },
                Traces = new TraceSettings { Attempts = 4, Repeats = 1 },
                Sft = new SftSettings { Epochs = 1.5 },
                Grpo = new GrpoSettings
                {
                    Steps = 10,
                    PromptsPerStep = 4,
                    GroupSize = 8,
                },
                Evaluation = new EvaluationSettings
                {
                    Questions = 50,
                    Samples = 2,
                    Sets =
                    [
                        new QuestionSource { Task = "countdown", Level = "3" },
                        new QuestionSource
                        {
                            Task = "countdown",
                            Level = "4",
                            Questions = 10,
                            Samples = 1,
                        },
                    ],
                },
            }
        );
        Assert.Equal(600, WorkOf(plan, "sample"));
        Assert.Equal(1200, WorkOf(plan, "reflect"));
        Assert.Equal(400, WorkOf(plan, "traces"));
        Assert.Equal(600, WorkOf(plan, "sft"));
        Assert.Equal(320, WorkOf(plan, "grpo"));
        Assert.Equal(110, WorkOf(plan, "evaluate-grpo"));
    }

    [Fact]
    public void Work_that_the_recipe_does_not_fix_is_unknown()
    {
        var budget = PlannedRecipes.ThreeArms with { Grpo = new GrpoSettings { TokenBudget = "1000" } };
        Assert.Null(WorkOf(ExperimentPlan.From(budget), "grpo"));
    }

    private static long? WorkOf(ExperimentPlan plan, string stage) =>
        PlannedWork.SequencesOf(plan, plan.Nodes.Single(n => n.Name == $"1/skillfactory/{stage}"));
}
