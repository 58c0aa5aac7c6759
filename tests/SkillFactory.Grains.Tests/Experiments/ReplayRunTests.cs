using SkillFactory.Contracts.Training;
using SkillFactory.Core.Artifacts;
using SkillFactory.Core.Planning;
using SkillFactory.Core.Recipes;
using SkillFactory.Core.Sampling;
using SkillFactory.Core.Tasks;
using SkillFactory.Core.Traces;
using SkillFactory.Grading;

namespace SkillFactory.Grains.Tests.Experiments;

/// <summary>Runs whose fine-tuning replays the model's own answers.</summary>
public sealed class ReplayRunTests
{
    [Fact]
    public async Task Sft_trains_on_traces_and_on_the_base_s_own_right_answers_to_other_levels()
    {
        await using var system = await TestSystem.StartAsync();
        var plain = TestSystem.Recipe();
        var replay = new ReplaySettings
        {
            Sources = [new QuestionSource { Task = "multiplication", Level = "2x2" }],
            Share = 0.4,
            Questions = 10,
            Attempts = 3,
            PromptsPerBatch = 4,
        };
        var results = await system.RunAsync(plain with { Sft = plain.Sft with { Replay = replay }, Arms = [plain.Arms[2]] });

        StageResult Stage(string name) => results.Single(r => r.Stage == name && r.Checkpoint.Length == 0).Result;
        var sampled = Stage("replay");
        var questions = (await system.Store.ReadAllAsync<Question>(sampled.Outputs["questions"])).ToDictionary(q => q.Id);
        var attempts = await system.Store.ReadAllAsync<Rollout>(sampled.Outputs["rollouts"]);
        var rows = await system.Store.ReadAllAsync<SilverTrace>(sampled.Outputs["traces"]);
        Assert.Equal((10, 30), (questions.Count, attempts.Count));
        Assert.All(questions.Values, q => Assert.Equal("2x2", q.Level));
        Assert.All(questions.Keys, id => Assert.Equal(Split.Sft, new QuestionIdentity(Convert.ToUInt64(id.Split('/')[2], 16)).Split));
        Assert.All(attempts, a => Assert.Equal(("original", 0), (a.Variant, a.WeightsVersion)));
        var right = attempts.Where(a => a.Outcome == Outcome.Correct).Select(a => (a.QuestionId, a.Response)).Distinct().ToList();
        Assert.NotEmpty(right);
        Assert.Equal(right, rows.Select(r => (r.QuestionId, r.Response)));
        Assert.All(rows, r => Assert.Equal($"{questions[r.QuestionId].Text}Solve.", r.User));
        Assert.Equal((10.0, (double)rows.Count), (sampled.Counts["questions"], sampled.Counts["traces"]));

        var spec = await system.Store.GetJsonAsync<TrainingSpec>(system.Script.Trained.First(t => t.Kind == "sft").Spec);
        var traces = await system.Store.ReadAllAsync<SilverTrace>(Stage("traces").Outputs["traces"]);
        var mixed = await system.Store.ReadAllAsync<SilverTrace>(spec.Dataset!);
        Assert.Equal(traces.Select(t => t.Id), mixed.Where(t => t.Format != "replay").Select(t => t.Id));
        Assert.Equal((int)Math.Round(traces.Count * 0.4 / 0.6), mixed.Count(t => t.Format == "replay"));

        // The same recipe without replay trains on the traces themselves and on the same attempts.
        var without = await system.RunAsync(plain with { Arms = [plain.Arms[2]] });
        Assert.Equal(Stage("traces").Key, without.Single(r => r.Stage == "traces").Result.Key);
        Assert.True(without.Single(r => r.Stage == "traces").Reused);
        var bare = await system.Store.GetJsonAsync<TrainingSpec>(system.Script.Trained.Last(t => t.Kind == "sft").Spec);
        Assert.Equal(Stage("traces").Outputs["traces"], bare.Dataset);
    }
}
