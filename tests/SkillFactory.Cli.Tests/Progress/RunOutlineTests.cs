using SkillFactory.Cli.Progress;
using SkillFactory.Core.Planning;

namespace SkillFactory.Cli.Tests.Progress;

public class RunOutlineTests
{
    [Fact]
    public void Stages_have_the_names_that_the_report_gives_arms_and_checkpoints()
    {
        var recipe = PlannedRecipes.ThreeArms;
        var outline = RunOutline.Of(recipe);
        Assert.Equal(
            [
                "base/evaluate",
                "rl-only/grpo",
                "rl-only/evaluate",
                "skillfactory/sample",
                "skillfactory/reflect",
                "skillfactory/traces",
                "skillfactory/sft",
                "skillfactory (SFT)/evaluate",
                "skillfactory/grpo",
                "skillfactory/evaluate",
            ],
            ExperimentPlan.From(recipe).Nodes.Select(n => outline[n.Name].Label)
        );
    }

    [Fact]
    public void Several_seeds_and_rounds_are_told_apart()
    {
        string[] round = ["sample", "reflect", "traces", "sft"];
        var star = PlannedRecipes.ThreeArms.Arms[2] with { Name = "star", Stages = [.. round, .. round] };
        var recipe = PlannedRecipes.ThreeArms with { Seeds = [7, 8], Arms = [star] };
        var labels = ExperimentPlan.From(recipe).Nodes.Select(n => RunOutline.Of(recipe)[n.Name]).ToList();
        Assert.Equal(labels.Count, labels.Select(l => l.Label).Distinct().Count());
        Assert.Contains("star/sft, round 2, seed 8", labels.Select(l => l.Label));
        Assert.Equal(2, labels.Count(l => l.AcrossSeeds == "star/sft, round 2"));
    }

    [Fact]
    public void A_stage_that_is_not_planned_keeps_its_name() => Assert.Equal("pretrain", RunOutline.Empty["pretrain"].Label);
}
