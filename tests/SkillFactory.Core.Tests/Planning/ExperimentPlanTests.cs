using SkillFactory.Core.Planning;
using SkillFactory.Core.Recipes;

namespace SkillFactory.Core.Tests.Planning;

public sealed class ExperimentPlanTests
{
    private static Recipe ThreeArms => PlannedRecipes.ThreeArms;

    [Fact]
    public void The_base_is_evaluated_first_and_every_training_stage_is_evaluated()
    {
        var names = ExperimentPlan.From(ThreeArms).Nodes.Select(n => n.Name);
        Assert.Equal(
            [
                "1/base/evaluate-base",
                "1/rl-only/grpo",
                "1/rl-only/evaluate-grpo",
                "1/skillfactory/sample",
                "1/skillfactory/reflect",
                "1/skillfactory/traces",
                "1/skillfactory/sft",
                "1/skillfactory/evaluate-sft",
                "1/skillfactory/grpo",
                "1/skillfactory/evaluate-grpo",
            ],
            names
        );
    }

    [Fact]
    public void Every_stage_follows_what_it_needs_and_seeds_run_one_after_another()
    {
        var recipe = ThreeArms with
        {
            Seeds = [3, 1],
            Evaluation = ThreeArms.Evaluation with { BestOfN = [4, 8] },
            Arms = [Matching("late", "skillfactory"), .. ThreeArms.Arms],
        };
        var plan = ExperimentPlan.From(recipe);
        var seen = new HashSet<string>();
        foreach (var node in plan.Nodes)
        {
            Assert.Subset(seen, node.Needs.ToHashSet());
            Assert.True(seen.Add(node.Id));
            Assert.All(node.Needs, id => Assert.Equal(node.Seed, plan[id].Seed));
        }

        Assert.Equal(plan.Nodes.Count, plan.Nodes.Select(n => n.Name).Distinct().Count());
        Assert.Equal(plan.Nodes.Select(n => n.Seed), plan.Nodes.Select(n => n.Seed).OrderByDescending(s => s));
    }

    [Theory]
    [InlineData("base")]
    [InlineData("previous")]
    public void Later_rounds_sample_from_the_model_of_the_round_before_and_only_the_last_is_evaluated(string startFrom)
    {
        string[] round = ["sample", "reflect", "traces", "sft"];
        var arm = new ArmSettings
        {
            Name = "star",
            Stages = [.. round, .. round, "grpo"],
            Set = new ArmOverrides { Sft = ThreeArms.Sft with { StartFrom = startFrom } },
        };
        var plan = ExperimentPlan.From(ThreeArms with { Arms = [arm, ThreeArms.Arms[2] with { Set = arm.Set }] });
        Assert.Equal(
            [
                "1/star/evaluate-base",
                "1/star/sample",
                "1/star/reflect",
                "1/star/traces",
                "1/star/sft",
                "1/star/sample-2",
                "1/star/reflect-2",
                "1/star/traces-2",
                "1/star/sft-2",
                "1/star/evaluate-sft",
                "1/star/grpo",
                "1/star/evaluate-grpo",
                "1/skillfactory/evaluate-sft",
                "1/skillfactory/grpo",
                "1/skillfactory/evaluate-grpo",
            ],
            plan.Nodes.Select(n => n.Name)
        );
        PlanNode Find(string name) => plan.Nodes.Single(n => n.Name == "1/star/" + name);
        string? WeightsOf(string name) => Find(name).Inputs.SingleOrDefault(i => i.Role == PlanRoles.Weights)?.Node;
        Assert.Null(WeightsOf("sample"));
        Assert.Equal(Find("sft").Id, WeightsOf("sample-2"));
        Assert.Equal(Find("sft").Id, WeightsOf("reflect-2"));
        Assert.Equal(startFrom == "base" ? null : Find("sft").Id, WeightsOf("sft-2"));
        Assert.Equal(Find("sft-2").Id, WeightsOf("evaluate-sft"));
        Assert.Equal(Find("sft-2").Id, WeightsOf("grpo"));
        Assert.Equal([1, 2], new[] { "traces", "traces-2" }.Select(n => Find(n).Uses[0].Round));
    }

    [Fact]
    public void The_settings_of_a_round_apply_to_its_stages_only()
    {
        var rejected = ThreeArms.Traces with { Format = "rejection" };
        var arm = new ArmSettings
        {
            Name = "rejection-first",
            Stages = ["sample", "traces", "sft", "sample", "reflect", "traces", "sft", "grpo"],
            Rounds =
            [
                new RoundOverrides { Traces = rejected },
                new RoundOverrides { Grpo = ThreeArms.Grpo with { Steps = 7 }, Train = [ThreeArms.Train[1]] },
            ],
        };
        var plan = ExperimentPlan.From(ThreeArms with { Arms = [ThreeArms.Arms[2], arm] });
        PlanNode Find(string name) => plan.Nodes.Single(n => n.Name == $"1/{name}");
        Assert.Contains(new PlanUse("rejection-first", "", 1), Find("skillfactory/sample").Uses);
        Assert.Equal(rejected, Assert.IsType<TracesStageSettings>(Find("rejection-first/traces").Settings).Traces);
        Assert.Equal(ThreeArms.Traces, Assert.IsType<TracesStageSettings>(Find("rejection-first/traces-2").Settings).Traces);
        Assert.Equal(["4"], Assert.IsType<SampleStageSettings>(Find("rejection-first/sample-2").Settings).Train.Select(t => t.Level));
        var grpo = Assert.IsType<GrpoStageSettings>(Find("rejection-first/grpo").Settings);
        Assert.Equal((7, "4"), (grpo.Grpo.Steps, grpo.Train.Single().Level));
        Assert.Equal(80, Assert.IsType<GrpoStageSettings>(Find("skillfactory/grpo").Settings).Grpo.Steps);
    }

    [Fact]
    public void Grpo_can_come_first_and_only_the_last_round_is_evaluated()
    {
        var arm = ThreeArms.Arms[2] with
        {
            Name = "rl-first",
            Stages = ["grpo", .. ThreeArms.Arms[2].Stages],
            Set = new ArmOverrides { Sft = ThreeArms.Sft with { StartFrom = "previous" } },
        };
        var plan = ExperimentPlan.From(ThreeArms with { Arms = [ThreeArms.Arms[1], arm] });
        Assert.Equal(
            [
                "1/rl-only/evaluate-base",
                "1/rl-only/grpo",
                "1/rl-only/evaluate-grpo",
                "1/rl-first/sample-2",
                "1/rl-first/reflect-2",
                "1/rl-first/traces-2",
                "1/rl-first/sft-2",
                "1/rl-first/evaluate-sft",
                "1/rl-first/grpo-2",
                "1/rl-first/evaluate-grpo",
            ],
            plan.Nodes.Select(n => n.Name)
        );
        var first = plan.Nodes.Single(n => n.Name == "1/rl-only/grpo").Id;
        Assert.All(["sample-2", "reflect-2", "sft-2"], name =>
            Assert.Equal(first, plan.Nodes.Single(n => n.Name == $"1/rl-first/{name}").Inputs.Single(i => i.Role == PlanRoles.Weights).Node)
        );
    }

    [Fact]
    public void Rejection_fine_tuning_has_no_reflect_stage()
    {
        var rft = new ArmSettings
        {
            Name = "rft",
            Stages = ["sample", "traces", "sft"],
            Set = new ArmOverrides { Traces = ThreeArms.Traces with { Format = "rejection" } },
        };
        var plan = ExperimentPlan.From(ThreeArms with { Arms = [rft, ThreeArms.Arms[2]] });
        var traces = plan.Nodes.Single(n => n.Name == "1/rft/traces");
        Assert.False(traces.HasInput(PlanRoles.Reflections));
        Assert.Equal(["rft", "skillfactory"], plan.Nodes.Single(n => n.Kind == "sample").Uses.Select(u => u.Arm));
    }

    [Fact]
    public void Imported_traces_replace_the_models_own()
    {
        var given = new ArmSettings
        {
            Name = "distilled",
            Stages = ["given", "sft", "grpo"],
            Set = new ArmOverrides { Given = new ImportedTraceSettings { File = "artifact:aa:1" } },
        };
        var plan = ExperimentPlan.From(ThreeArms with { Arms = [given, ThreeArms.Arms[2]] });
        Assert.Equal(
            ["evaluate-base", "given", "sft", "evaluate-sft", "grpo", "evaluate-grpo"],
            plan.Nodes.Where(n => n.Uses.Any(u => u.Arm == "distilled")).Select(n => n.Name.Split('/')[2])
        );
        var sft = plan.Nodes.Single(n => n.Name == "1/distilled/sft");
        Assert.Equal([(PlanRoles.Dataset, "given", StageOutputs.Traces)], sft.Inputs.Select(i => (i.Role, plan[i.Node].Kind, i.Output)));
        Assert.Empty(plan.Nodes.Single(n => n.Kind == "given").Inputs);
        Assert.Contains(PlanText.Render(plan), l =>
            l.Contains("1/distilled/sft") && l.Contains("2 passes over the imported traces in steps of 32")
        );
    }

    [Fact]
    public void Attempts_of_another_model_are_shared_between_rounds()
    {
        string[] round = ["sample", "traces", "sft"];
        var traces = ThreeArms.Traces with { Format = "as_written" };
        var arm = new ArmSettings
        {
            Name = "bolt",
            Stages = [.. round, .. round],
            Set = new ArmOverrides { Traces = traces, Sampling = ThreeArms.Sampling with { Model = "artifact:aa:1" } },
        };
        var plan = ExperimentPlan.From(ThreeArms with { Arms = [arm] });
        Assert.Equal([1, 2], plan.Nodes.Single(n => n.Kind == "sample").Uses.Select(u => u.Round));
    }

    [Fact]
    public void An_arm_with_its_own_prompt_set_uses_it_everywhere_and_shares_nothing()
    {
        var instructed = ThreeArms.Arms[1] with
        {
            Name = "instructed",
            Set = new ArmOverrides { Prompts = "compact_instructed" },
        };
        var plan = ExperimentPlan.From(ThreeArms with { Arms = [ThreeArms.Arms[1], instructed] });
        Assert.Equal(
            ["1/rl-only/evaluate-base", "1/rl-only/grpo", "1/rl-only/evaluate-grpo", "1/instructed/grpo", "1/instructed/evaluate-grpo"],
            plan.Nodes.Select(n => n.Name)
        );
        Assert.All(plan.Nodes, n =>
            Assert.Equal(n.Name.StartsWith("1/instructed", StringComparison.Ordinal) ? "compact_instructed" : "compact", n.Settings.Prompts)
        );
    }

    [Fact]
    public void Arms_share_exactly_the_stages_they_have_in_common()
    {
        var full = ThreeArms.Arms[2];
        var recipe = ThreeArms with
        {
            Arms =
            [
                full,
                full with
                {
                    Name = "slow",
                    Set = new ArmOverrides { Grpo = ThreeArms.Grpo with { LearningRate = 1e-7 } },
                },
                full with
                {
                    Name = "masked",
                    Set = new ArmOverrides { Traces = ThreeArms.Traces with { Loss = "mask_wrong" } },
                },
            ],
        };
        var nodes = ExperimentPlan.From(recipe).Nodes;
        int Count(string kind) => nodes.Count(n => n.Kind == kind);
        Assert.Equal((1, 1, 2, 2, 3), (Count("sample"), Count("reflect"), Count("traces"), Count("sft"), Count("grpo")));
        Assert.Equal(1 + 2 + 3, Count("evaluate"));
        Assert.Equal(["skillfactory", "slow", "masked"], nodes.Single(n => n.Kind == "sample").Uses.Select(u => u.Arm));
        Assert.Equal(["skillfactory", "slow"], nodes.First(n => n.Kind == "sft").Uses.Select(u => u.Arm));
        Assert.Equal(["skillfactory", "slow", "masked"], nodes.First(n => n.Kind == "evaluate").Uses.Select(u => u.Arm));
    }

    [Fact]
    public void The_question_mix_of_an_arm_applies_to_all_its_stages()
    {
        var mix = new[]
        {
            new QuestionSource { Task = "multiplication", Level = "2x1" },
        };
        var recipe = ThreeArms with { Arms = [ThreeArms.Arms[2] with { Set = new ArmOverrides { Train = mix } }] };
        var settings = ExperimentPlan.From(recipe).Nodes.Select(n => n.Settings).ToList();
        Assert.Equal(mix, settings.OfType<SampleStageSettings>().Single().Train);
        Assert.Equal(mix, settings.OfType<SftStageSettings>().Single().Gate!.Train);
        Assert.Equal(mix, settings.OfType<GrpoStageSettings>().Single().Train);
    }

    [Fact]
    public void Best_of_n_is_for_the_base_and_for_arms_that_are_not_fine_tuned()
    {
        var recipe = ThreeArms with { Evaluation = ThreeArms.Evaluation with { BestOfN = [4, 8] } };
        var nodes = ExperimentPlan.From(recipe).Nodes.Where(n => n.Kind == StageKinds.BestOfN).ToList();
        Assert.Equal(["1/base/best_of_n-base", "1/rl-only/best_of_n-grpo"], nodes.Select(n => n.Name));
        Assert.All(nodes, n => Assert.Equal(8, ((BestOfNStageSettings)n.Settings).Evaluation.Samples));
        Assert.DoesNotContain(ExperimentPlan.From(ThreeArms).Nodes, n => n.Kind == StageKinds.BestOfN);
    }

    [Fact]
    public void A_budget_that_matches_an_arm_is_the_tokens_of_that_arm()
    {
        var recipe = ThreeArms with { Arms = [Matching("late", "skillfactory"), .. ThreeArms.Arms] };
        var plan = ExperimentPlan.From(recipe);
        var late = plan.Nodes.Single(n => n.Name == "1/late/grpo");
        var results = PlannedRecipes.Results(plan, PlannedRecipes.Model);

        // Generated tokens of sampling, reflection and GRPO, trained tokens of SFT. The stub result of the traces stage has some, too.
        Assert.Equal(["sample", "reflect", "traces", "sft", "grpo"], late.SpentBy.Select(id => plan[id].Kind));
        Assert.Equal("4070", ((GrpoStageSettings)StageKey.WithBudget(late, results)).Grpo.TokenBudget);
        Assert.NotEqual(late.Id, plan.Nodes.Single(n => n.Name == "1/rl-only/grpo").Id);
    }

    [Fact]
    public void Arms_that_match_arms_with_equal_stages_share_their_stage()
    {
        var recipe = ThreeArms with
        {
            Arms = [.. ThreeArms.Arms, ThreeArms.Arms[2] with { Name = "twin" }, Matching("a", "skillfactory"), Matching("b", "twin")],
        };
        Assert.Equal(["a", "b"], ExperimentPlan.From(recipe).Nodes.Single(n => n.SpentBy.Count > 0).Uses.Select(u => u.Arm));
    }

    [Fact]
    public void A_plan_of_an_unchecked_recipe_is_an_internal_error()
    {
        var circular = ThreeArms with { Arms = [Matching("a", "b"), Matching("b", "a")] };
        Assert.Throws<InvalidOperationException>(() => ExperimentPlan.From(circular));
        var incomplete = ThreeArms with { Arms = [new ArmSettings { Name = "short", Stages = ["sample", "traces", "sft"] }] };
        Assert.Throws<InvalidOperationException>(() => ExperimentPlan.From(incomplete));
    }

    [Fact]
    public void The_text_lists_what_will_run_and_what_exists()
    {
        var sets = new[]
        {
            ThreeArms.Evaluation.Sets[0],
            new QuestionSource
            {
                Task = "multiplication",
                Level = "2x1",
                Questions = 20,
            },
        };
        var recipe = ThreeArms with
        {
            Evaluation = ThreeArms.Evaluation with { Sets = sets },
            Grpo = ThreeArms.Grpo with { Steps = 10 },
            Arms = [Matching("late", "skillfactory"), .. ThreeArms.Arms],
        };
        var plan = ExperimentPlan.From(recipe);
        var all = PlannedRecipes.Results(plan, PlannedRecipes.Model);
        var sample = plan.Nodes.Single(n => n.Kind == "sample");
        var lines = PlanText.Render(plan, new Dictionary<string, StageResult> { [sample.Id] = all[sample.Id] }).ToList();
        Assert.Equal(plan.Nodes.Count + 1, lines.Count);
        Assert.Contains(lines, l =>
            l.StartsWith("reuse  1/skillfactory/sample", StringComparison.Ordinal)
            && l.Contains("100 questions × 4 prompts × 4 attempts = 1,600 sequences in 7 batches")
        );
        Assert.Contains(lines, l =>
            l.StartsWith("run    1/rl-only/grpo", StringComparison.Ordinal)
            && l.Contains("10 steps × 16 prompts × 16 responses = 2,560 sequences")
        );
        Assert.Contains(lines, l => l.Contains("1/late/grpo") && l.Contains("what arm skillfactory spent"));
        Assert.Contains(lines, l => l.Contains("/sft") && l.Contains("up to 32 steps of 32 traces"));
        Assert.Contains(lines, l =>
            l.Contains("evaluate-base")
            && l.Contains("276 questions (2 sets) × 4 = 1,104 sequences")
            && l.Contains("shared by late, base, rl-only, skillfactory")
        );
        Assert.EndsWith("1 exist already, 11 to run", lines[^1]);
    }

    private static ArmSettings Matching(string name, string arm) =>
        new()
        {
            Name = name,
            Stages = ["grpo"],
            Set = new ArmOverrides { Grpo = ThreeArms.Grpo with { TokenBudget = $"match:{arm}" } },
        };
}
