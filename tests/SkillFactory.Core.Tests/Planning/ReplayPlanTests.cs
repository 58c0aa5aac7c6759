using SkillFactory.Core.Planning;
using SkillFactory.Core.Recipes;

namespace SkillFactory.Core.Tests.Planning;

public sealed class ReplayPlanTests
{
    private static readonly ReplaySettings Replay = new()
    {
        Sources = [new QuestionSource { Task = "multiplication", Level = "2x1" }],
        Questions = 50,
        Attempts = 3,
    };

    private static Recipe With(ReplaySettings? replay) =>
        PlannedRecipes.ThreeArms with
        {
            Sft = PlannedRecipes.ThreeArms.Sft with { Replay = replay },
        };

    [Fact]
    public void The_answers_are_sampled_before_sft_which_reads_them()
    {
        var plan = ExperimentPlan.From(With(Replay));
        var names = plan.Nodes.Select(n => n.Name).ToList();
        Assert.Equal(names.IndexOf("1/skillfactory/replay") + 1, names.IndexOf("1/skillfactory/sft"));
        var replay = plan.Nodes.Single(n => n.Kind == "replay");
        Assert.Empty(replay.Inputs);
        var settings = Assert.IsType<ReplayStageSettings>(replay.Settings);
        Assert.Equal(["original"], settings.Sampling.Variants);
        Assert.Equal((50, 3), (settings.Sampling.Questions, settings.Sampling.AttemptsPerVariant));
        var sft = plan.Nodes.Single(n => n.Kind == "sft");
        Assert.Contains(new PlanInput("replay", replay.Id, "traces"), sft.Inputs);
        Assert.Contains(
            "1/skillfactory/replay",
            PlanText.Render(plan).Single(l => l.Contains("of which the right ones are replayed", StringComparison.Ordinal)),
            StringComparison.Ordinal
        );
        Assert.Contains(PlanText.Render(plan), l =>
            l.Contains("50 questions × 1 prompts × 3 attempts = 150 sequences", StringComparison.Ordinal)
        );
    }

    [Fact]
    public void The_steps_of_sft_count_the_replayed_rows()
    {
        var recipe = With(Replay with { Share = 0.5 });
        var traces = recipe.Sampling.Questions * recipe.Traces.Attempts;
        var steps = (int)Math.Ceiling(2 * traces * recipe.Sft.Epochs / recipe.Sft.BatchSize);
        Assert.Contains(PlanText.Render(ExperimentPlan.From(recipe)), l =>
            l.Contains($"up to {steps} steps of {recipe.Sft.BatchSize} traces and replayed answers", StringComparison.Ordinal)
        );
    }

    [Fact]
    public void Without_replay_the_plan_has_no_trace_of_it()
    {
        Assert.DoesNotContain(ExperimentPlan.From(With(null)).Nodes, n => n.Kind == "replay");
        Assert.Equal(PlannedRecipes.Keys(PlannedRecipes.ThreeArms), PlannedRecipes.Keys(With(null)));
        Assert.All(ExperimentPlan.From(With(null)).Nodes, n =>
            Assert.DoesNotContain("eplay", CanonicalJson.Of(n.Settings)!.ToJsonString())
        );
    }

    [Fact]
    public void Another_share_trains_again_but_samples_nothing_again()
    {
        var (before, after) = (PlannedRecipes.Keys(With(Replay)), PlannedRecipes.Keys(With(Replay with { Share = 0.5 })));
        Assert.Equal(before["1/skillfactory/replay"], after["1/skillfactory/replay"]);
        Assert.NotEqual(before["1/skillfactory/sft"], after["1/skillfactory/sft"]);
    }

    [Theory]
    [InlineData("base", 0)]
    [InlineData("previous", 1)]
    public void The_answers_are_those_of_the_weights_that_sft_starts_from(string startFrom, int inputsOfSecond)
    {
        string[] round = ["sample", "reflect", "traces", "sft"];
        var recipe = With(Replay);
        var arm = new ArmSettings
        {
            Name = "star",
            Stages = [.. round, .. round],
            Set = new ArmOverrides { Sft = recipe.Sft with { StartFrom = startFrom } },
        };
        var nodes = ExperimentPlan.From(recipe with { Arms = [arm] }).Nodes;
        var replays = nodes.Where(n => n.Kind == "replay").ToList();
        Assert.Equal(inputsOfSecond == 0 ? 1 : 2, replays.Count);
        Assert.Empty(replays[0].Inputs);
        Assert.Equal(inputsOfSecond, replays[^1].Inputs.Count);
        Assert.All(replays[^1].Inputs, i => Assert.Equal(nodes.First(n => n.Kind == "sft").Id, i.Node));
    }
}
