using SkillFactory.Contracts.Experiments;
using SkillFactory.Contracts.Messages;
using SkillFactory.Contracts.Training;
using SkillFactory.Core.Artifacts;
using SkillFactory.Core.Planning;
using SkillFactory.Core.Recipes;
using SkillFactory.Core.Sampling;
using SkillFactory.Core.Tasks;
using SkillFactory.Core.Traces;
using SkillFactory.Evaluation.Summaries;
using SkillFactory.Grading;

namespace SkillFactory.Grains.Tests.Experiments;

/// <summary>Whole runs without disturbances.</summary>
public sealed class ExperimentRunTests
{
    [Fact]
    public async Task Every_arm_has_its_stages_and_evaluations()
    {
        await using var system = await TestSystem.StartAsync();
        var results = await system.RunAsync(TestSystem.Recipe());

        string[] Of(string arm) =>
            [.. results.Where(r => r.Arm == arm).Select(r => r.Checkpoint.Length == 0 ? r.Stage : $"{r.Stage} {r.Checkpoint}")];
        Assert.Equal(["evaluate base"], Of("base"));
        Assert.Equal(["evaluate base", "grpo", "evaluate grpo"], Of("rl-only"));
        Assert.Equal(["evaluate base", "sample", "reflect", "traces", "sft", "evaluate sft", "grpo", "evaluate grpo"], Of("skillfactory"));
        Assert.All(results, r => Assert.False(r.Reused));

        StageResult Stage(string name) => results.First(r => r.Arm == "skillfactory" && r.Stage == name).Result;
        var questions = await system.Store.ReadAllAsync<Question>(Stage("sample").Outputs["questions"]);
        Assert.Equal((9, 3), (questions.Count(q => q.Level == "2x1"), questions.Count(q => q.Level == "3x1")));
        var attempts = await system.Store.ReadAllAsync<Rollout>(Stage("sample").Outputs["rollouts"]);
        Assert.Equal(12 * 2 * 4, attempts.Count);
        Assert.Equal(attempts.Count, attempts.Select(a => a.Id).Distinct().Count());
        Assert.Equal(attempts.Sum(a => a.TokenCount), Stage("sample").Counts[StageResult.GeneratedTokens]);
        Assert.Equal(attempts.Count(a => a.Outcome == Outcome.Correct), Stage("sample").Counts["correct"]);

        var reflections = await system.Store.ReadAllAsync<Rollout>(Stage("reflect").Outputs["rollouts"]);
        Assert.Equal(
            attempts.Select(a => a.Id).Order(StringComparer.Ordinal),
            reflections.Where(c => c.SampleIndex == 1).Select(c => c.Parent)
        );

        var traces = await system.Store.ReadAllAsync<SilverTrace>(Stage("traces").Outputs["traces"]);
        Assert.NotEmpty(traces);
        Assert.Equal(traces.Count, Stage("traces").Counts["traces"]);
        Assert.All(traces, t => Assert.True(t.AttemptCorrect[^1] && t.AttemptCorrect.SkipLast(1).All(c => !c)));

        var summary = await system.Store.GetJsonAsync<EvaluationSummary>(
            results.First(r => r.Checkpoint == "base").Result.Outputs["summary"]
        );
        Assert.Equal(
            [("multiplication", "2x1", 6, 12), ("multiplication", "2x2", 5, 10)],
            summary.Levels.Select(l => (l.Task, l.Level, l.Questions, l.Samples))
        );
    }

    [Fact]
    public async Task Prompts_that_arms_share_are_asked_once()
    {
        await using var system = await TestSystem.StartAsync();
        var recipe = TestSystem.Recipe();
        var twin = recipe.Arms[2] with
        {
            Name = "longer",
            Set = new ArmOverrides { Grpo = recipe.Grpo with { Steps = 5 } },
        };
        var results = await system.RunAsync(recipe with { Arms = [.. recipe.Arms, twin] });

        var sampled = results.Where(r => r.Stage == "sample").ToList();
        Assert.Equal(["skillfactory", "longer"], sampled.Select(r => r.Arm));
        Assert.Equal(sampled[0].Result.Key, sampled[1].Result.Key);
        Assert.Equal(
            results.DistinctBy(r => r.Result.Key).Sum(r => r.Result.Counts.GetValueOrDefault("prompts")),
            system.Script.Answered.Values.Sum()
        );
        Assert.Equal(["grpo", "sft", "grpo", "grpo"], system.Script.Trained.Select(t => t.Kind));
    }

    [Fact]
    public async Task Every_checkpoint_is_evaluated_on_the_same_questions()
    {
        await using var system = await TestSystem.StartAsync();
        var results = await system.RunAsync(TestSystem.Recipe() with { Seeds = [1, 2] });
        var evaluations = results.Where(r => r.Stage == "evaluate").DistinctBy(r => r.Result.Key).ToList();
        Assert.Equal(2 * 4, evaluations.Count);
        Assert.Single(evaluations.Select(e => e.Result.Outputs["questions"].Hash).Distinct());

        // Different weights and different seeds give different answers.
        Assert.Equal(evaluations.Count, evaluations.Select(e => e.Result.Outputs["rollouts"].Hash).Distinct().Count());
        Assert.Equal(2, evaluations.Where(e => e.Checkpoint == "base").Select(e => e.Result.Outputs["rollouts"].Hash).Distinct().Count());
    }

    [Fact]
    public async Task Both_training_arms_use_the_same_questions_in_the_same_order()
    {
        await using var system = await TestSystem.StartAsync();
        var results = await system.RunAsync(TestSystem.Recipe());
        var specs = new List<TrainingSpec>();
        foreach (var command in system.Script.Trained)
        {
            Assert.Equal("cpu", command.PoolKey);
            specs.Add(await system.Store.GetJsonAsync<TrainingSpec>(command.Spec));
        }

        var (rlOnly, sft, full) = (specs[0], specs[1], specs[2]);
        Assert.Equal(rlOnly.Questions, full.Questions);
        Assert.Equal(rlOnly.RandomKey, full.RandomKey);
        var weights = results
            .Where(r => r.Arm == "skillfactory")
            .ToDictionary(r => r.Stage + r.Checkpoint, r => r.Result.Outputs.GetValueOrDefault("weights"));
        Assert.Equal(weights["sft"], full.InitialWeights.Tensors);
        Assert.Equal(rlOnly.InitialWeights, sft.InitialWeights);

        var questions = await system.Store.ReadAllAsync<Question>(rlOnly.Questions!);
        Assert.All(questions.Chunk(4), step => Assert.Equal(3, step.Count(q => q.Level == "2x1")));
        var gate = await system.Store.ReadAllAsync<Question>(sft.Questions!);
        Assert.Equal(4, gate.Count);
        var sampled = await system.Store.ReadAllAsync<Question>(results.First(r => r.Stage == "sample").Result.Outputs["questions"]);
        Assert.Empty(questions.Concat(gate).Select(q => q.Id).Intersect(sampled.Select(q => q.Id)));
        Assert.Equal(20, sft.GateDecoding!.MaxNewTokens);
    }

    [Fact]
    public async Task Training_is_evaluated_on_the_same_validation_questions_in_every_arm()
    {
        await using var system = await TestSystem.StartAsync();
        var recipe = TestSystem.Recipe();
        recipe = recipe with
        {
            Sft = recipe.Sft with { EvaluateEvery = 5, EvaluateQuestions = 8 },
            Grpo = recipe.Grpo with { EvaluateEvery = 2, EvaluateQuestions = 8 },
        };
        var results = await system.RunAsync(recipe);
        var specs = new List<TrainingSpec>();
        foreach (var command in system.Script.Trained)
        {
            specs.Add(await system.Store.GetJsonAsync<TrainingSpec>(command.Spec));
        }

        Assert.Equal([2, 5, 2], specs.Select(s => s.Validation!.Every));
        Assert.Single(specs.Select(s => s.Validation!.Questions).Distinct());
        Assert.All(specs, s => Assert.Equal(20, s.Validation!.Decoding.MaxNewTokens));
        var asked = await system.Store.ReadAllAsync<Question>(specs[0].Validation!.Questions);
        Assert.Equal(6, asked.Count(q => q.Level == "2x1"));
        Assert.Equal(8, asked.Count);
        var trained = await system.Store.ReadAllAsync<Question>(specs[0].Questions!);
        var tested = await system.Store.ReadAllAsync<Question>(results.First(r => r.Stage == "evaluate").Result.Outputs["questions"]);
        Assert.Empty(asked.Select(q => q.Id).Intersect(trained.Concat(tested).Select(q => q.Id)));
    }

    [Fact]
    public async Task A_token_budget_matches_the_tokens_of_the_other_arm()
    {
        await using var system = await TestSystem.StartAsync();
        var recipe = TestSystem.Recipe();
        var follower = new ArmSettings
        {
            Name = "tokens",
            Stages = ["grpo"],
            Set = new ArmOverrides { Grpo = recipe.Grpo with { TokenBudget = "match:skillfactory" } },
        };
        var results = await system.RunAsync(recipe with { Arms = [follower, .. recipe.Arms] });

        var spec = await system.Store.GetJsonAsync<TrainingSpec>(system.Script.Trained.Last(t => t.StageName == "1/tokens/grpo").Spec);
        double Tokens(string stage) =>
            results.Single(r => r.Arm == "skillfactory" && r.Stage == stage).Result.Counts[StageResult.GeneratedTokens];
        Assert.Equal(Tokens("sample") + Tokens("reflect") + 300 + 2000, (double)spec.TokenBudget!.Value);
        Assert.Equal(Math.Ceiling(spec.TokenBudget.Value / 16.0), (double)spec.Grpo!.Steps);
    }

    [Fact]
    public async Task Best_of_n_reflects_on_the_answers_of_arms_that_answer_once()
    {
        await using var system = await TestSystem.StartAsync();
        var recipe = TestSystem.Recipe();
        var results = await system.RunAsync(recipe with { Evaluation = recipe.Evaluation with { BestOfN = [2, 4] } });
        var measured = results.Where(r => r.Stage == "best_of_n").ToList();
        Assert.Equal([("base", "base"), ("rl-only", "base"), ("rl-only", "grpo")], measured.Select(r => (r.Arm, r.Checkpoint)));
        var result = measured[^1].Result;
        var answers = await system.Store.ReadAllAsync<Rollout>(result.Outputs["rollouts"]);
        Assert.Equal((6 + 5) * 4, answers.Count);
        var reflections = await system.Store.ReadAllAsync<Rollout>(result.Outputs["reflections"]);
        Assert.Equal(answers.Select(a => a.Id).Order(StringComparer.Ordinal), reflections.Select(c => c.Parent));
        var summary = await system.Store.GetJsonAsync<BestOfNSummary>(result.Outputs["summary"]);
        Assert.Equal(
            [("2x1", 1), ("2x1", 2), ("2x1", 3), ("2x1", 4), ("2x2", 1), ("2x2", 2), ("2x2", 3), ("2x2", 4)],
            summary.Levels.Select(l => (l.Level, l.N))
        );
    }

    [Fact]
    public async Task Budget_forcing_continues_responses_at_their_end()
    {
        await using var system = await TestSystem.StartAsync();
        var recipe = TestSystem.Recipe();
        var forcing = new BudgetForcingSettings
        {
            Times = 2,
            LimitScale = 1.5,
            Triggers = new Dictionary<string, string> { ["rl-only"] = " Again:" },
        };
        var results = await system.RunAsync(recipe with { Evaluation = recipe.Evaluation with { Forcing = forcing } });
        var forced = results.Where(r => r.Stage == "force").ToList();
        Assert.Equal(
            results.Where(r => r.Stage == "evaluate").Select(r => (r.Arm, r.Checkpoint)).Order(),
            forced.Select(r => (r.Arm, r.Checkpoint)).Order()
        );
        foreach (
            var (arm, checkpoint, trigger) in new[]
            {
                ("base", "base", forcing.PlainTrigger),
                ("rl-only", "grpo", " Again:"),
                ("skillfactory", "grpo", "<sample>"),
            }
        )
        {
            var before = await system.Store.ReadAllAsync<Rollout>(
                results.Single(r => r.Stage == "evaluate" && r.Arm == arm && r.Checkpoint == checkpoint).Result.Outputs["rollouts"]
            );
            var result = forced.Single(r => r.Arm == arm && r.Checkpoint == checkpoint).Result;
            var after = await system.Store.ReadAllAsync<Rollout>(result.Outputs["rollouts"]);
            Assert.Equal(before.Select(r => r.Id), after.Select(r => r.Id));
            Assert.All(before.Zip(after), pair =>
            {
                // Continued twice; the tokens of all three passes count.
                Assert.StartsWith(pair.First.Response + trigger, pair.Second.Response);
                Assert.Equal(3, pair.Second.Response.Split("<answer>").Length - 1);
                Assert.InRange(pair.Second.TokenCount, pair.First.TokenCount + 2, pair.First.Level == "2x1" ? 30 : 45);
            });
            Assert.Equal(after.Sum(r => r.TokenCount) - before.Sum(r => r.TokenCount), result.Counts["generated_tokens"]);
            var summary = await system.Store.GetJsonAsync<EvaluationSummary>(result.Outputs["summary"]);
            // 20 tokens, times 1.5 on the second level; and all of that times 1.5.
            Assert.Equal([("2x1", 30), ("2x2", 45)], summary.Levels.Select(l => (l.Level, l.ResponseLimit)));
        }
    }

    [Fact]
    public async Task Another_experiment_reuses_results_and_a_fresh_one_does_not()
    {
        await using var system = await TestSystem.StartAsync();
        var first = await system.RunAsync(TestSystem.Recipe());
        var asked = system.Script.Answered.Values.Sum();

        var again = await system.RunAsync(TestSystem.Recipe("renamed"));
        Assert.Equal(asked, system.Script.Answered.Values.Sum());
        Assert.Equal(3, system.Script.Trained.Count);
        Assert.All(again, r => Assert.True(r.Reused));
        Assert.Equal(Content(first), Content(again));

        var fresh = await system.RunAsync(TestSystem.Recipe(), fresh: true);
        Assert.Equal(2 * asked, system.Script.Answered.Values.Sum());
        Assert.Equal(6, system.Script.Trained.Count);
        Assert.All(fresh, r => Assert.False(r.Reused));
        Assert.Equal(Content(first), Content(fresh));
    }

    [Fact]
    public async Task A_dry_run_finds_the_results_of_another_experiment()
    {
        await using var system = await TestSystem.StartAsync();
        await system.RunAsync(TestSystem.Recipe());
        var recipe = TestSystem.Recipe() with { Traces = TestSystem.Recipe().Traces with { Attempts = 2 } };
        var prepared = await system.PrepareAsync(recipe);
        var found = await PlanForecast.FindAsync(prepared.Plan, prepared.Model, system.Store);
        Assert.Equal(
            ["1/base/evaluate-base", "1/rl-only/grpo", "1/rl-only/evaluate-grpo", "1/skillfactory/sample", "1/skillfactory/reflect"],
            prepared.Plan.Nodes.Where(n => found.ContainsKey(n.Id)).Select(n => n.Name)
        );
    }

    [Fact]
    public async Task Phases_checkpoints_and_evaluations_are_announced()
    {
        await using var system = await TestSystem.StartAsync();
        var experiment = await system.SubmitAsync(TestSystem.Recipe());
        await TestSystem.RestAsync(experiment);
        var catalog = system.Client.GetGrain<IExperimentCatalogGrain>(Tenants.Default);
        await TestSystem.UntilAsync(
            async () => (await catalog.ListAsync(null)).SingleOrDefault()?.Phase == ExperimentPhase.Completed,
            "the catalog has the phase"
        );
        await TestSystem.UntilAsync(
            () => Task.FromResult(system.Script.Published.OfType<ExperimentStateChanged>().Any(m => m.Phase == "Completed")),
            "the phase is published"
        );
        var messages = system.Script.Published;
        Assert.Equal(
            ["1/rl-only/grpo", "1/skillfactory/sft", "1/skillfactory/grpo"],
            messages.OfType<CheckpointReady>().Select(m => m.StageName)
        );
        Assert.Equal(4, messages.OfType<EvaluationCompleted>().Select(m => m.StageName).Distinct().Count());
        Assert.Single(messages.OfType<DatasetReady>());
    }

    [Fact]
    public async Task A_watcher_sees_every_stage_begin_and_end_and_can_reconnect()
    {
        await using var system = await TestSystem.StartAsync();
        var experiment = await system.SubmitAsync(TestSystem.Recipe());
        var events = new List<ExperimentEvent>();
        await foreach (var happened in experiment.WatchAsync(0))
        {
            events.Add(happened);
        }

        var real = events.Where(e => e.Kind != "heartbeat").ToList();
        Assert.Equal(real.Select(e => e.Sequence), real.Select(e => e.Sequence).Distinct().Order());
        var names = (await experiment.GetStatusAsync()).Stages.Select(s => s.Name).ToList();
        StagePhase[] beginAndEnd = [StagePhase.Running, StagePhase.Done];
        Assert.Equal(
            names.SelectMany(n => beginAndEnd.Select(p => (n, p))),
            real.Where(e => e.Kind == "stage").Select(e => (e.Stage!.Name, e.Stage.Phase))
        );
        Assert.Contains(real, e => e.Stage?.Progress?.Metrics is not null);
        Assert.Equal(ExperimentPhase.Completed, real[^1].Phase);

        var tail = new List<ExperimentEvent>();
        await foreach (var happened in experiment.WatchAsync(real[^3].Sequence))
        {
            tail.Add(happened);
        }

        Assert.Equal(real[^2..].Select(e => e.Sequence), tail.Select(e => e.Sequence));
    }

    internal static IEnumerable<(long, string, string, string, string, string)> Content(IEnumerable<ArmStageResult> results) =>
        from r in results
        from o in r.Result.Outputs.OrderBy(o => o.Key)
        select (r.Seed, r.Arm, r.Stage + r.Checkpoint, r.Result.Key, o.Key, o.Value.Hash);
}
