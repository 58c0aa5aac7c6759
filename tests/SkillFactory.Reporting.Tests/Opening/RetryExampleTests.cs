using System.Xml.Linq;
using SkillFactory.Core;
using SkillFactory.Core.Planning;
using SkillFactory.Core.Recipes;
using SkillFactory.Core.Sampling;
using SkillFactory.Grading;
using SkillFactory.Reporting.Opening;
using SkillFactory.Reporting.Pages;
using SkillFactory.Reporting.Report;

namespace SkillFactory.Reporting.Tests.Opening;

public sealed class RetryExampleTests
{
    [Fact]
    public async Task The_example_is_a_response_of_the_main_arm_that_retries_and_gets_it_right()
    {
        var run = await SyntheticRun.MakeAsync([2, 1], 20);
        var report = await RunReportBuilder.BuildAsync(run.Export, run.Store);
        var example = report.RetryExample!;
        Assert.Equal(("skillfactory/grpo", 1), (example.Model, example.Seed));
        Assert.Equal([new JudgedAttempt(false, "Incorrect"), new JudgedAttempt(true, "Correct")], example.Attempts);
        Assert.Equal(Outcome.Correct, example.Sample!.Outcome);

        // In the simulated model every correct response is a second attempt.
        var responses = await ResponsesAsync(run);
        Assert.Equal(responses.Count, example.Responses);
        Assert.Equal(responses.Count(r => r.Outcome == Outcome.Correct), example.Found);
        Assert.Equal(
            responses
                .Where(r => r.Outcome == Outcome.Correct)
                .OrderBy(r => r.Response.Length)
                .ThenBy(r => r.Id, StringComparer.Ordinal)
                .First()
                .Response,
            example.Sample.Response
        );
    }

    [Fact]
    public async Task The_example_is_open_and_in_colour_above_the_chart_and_the_tables()
    {
        var run = await SyntheticRun.MakeAsync([1], 20);
        var page = XDocument.Parse(ReportPage.Render(await RunReportBuilder.BuildAsync(run.Export, run.Store)));
        var sections = page.Descendants("section").Select(s => (string)s.Attribute("aria-labelledby")!).ToList();
        Assert.Equal(["retry", "chart", "effects"], sections[..3]);
        var section = page.Descendants("section").First();
        Assert.Empty(section.Descendants("details"));
        var classes = section.Descendants("pre").Last().Descendants("span").Select(s => (string)s.Attribute("class")!).ToList();
        Assert.Contains("in-reflect said-incorrect", classes);
        Assert.Contains("in-reflect said-correct", classes);
        Assert.Contains("attempt 1 is wrong and judged Incorrect; attempt 2 is correct and judged Correct", section.Value);
    }

    [Theory]
    [InlineData("<verdict>Incorrect</verdict>", "<verdict>Correct</verdict>")] // the verdict on the wrong attempt is not honest
    [InlineData("<reflect>", "")] // malformed
    [InlineData("<answer>3*4</answer>", "<answer>4+3</answer>")] // the first attempt is correct already
    public async Task A_run_without_such_a_response_says_so(string found, string replacement)
    {
        var run = await SyntheticRun.MakeAsync([1], 10);
        var stages = new List<ArmStageResult>();
        foreach (var stage in run.Export.Stages)
        {
            stages.Add(
                stage is { Arm: "skillfactory", Stage: "evaluate", Checkpoint: "grpo" }
                    ? await ChangedAsync(run, stage, r => r.Replace(found, replacement, StringComparison.Ordinal))
                    : stage
            );
        }

        var report = await RunReportBuilder.BuildAsync(run.Export with { Stages = stages }, run.Store);
        Assert.Equal((120, 0), (report.RetryExample!.Responses, report.RetryExample.Found));
        Assert.Null(report.RetryExample.Sample);
        var section = XDocument.Parse(ReportPage.Render(report)).Descendants("section").First();
        Assert.Contains("There is none: of the 120 responses of skillfactory with seed 1", section.Value);
        Assert.Empty(section.Descendants("pre"));
    }

    [Fact]
    public async Task The_main_arm_is_the_last_one_with_the_most_of_the_method()
    {
        var recipe = (await SyntheticRun.MakeAsync([1], 2)).Export.Recipe;
        Assert.Equal("skillfactory", MainArm.Of(recipe));
        Assert.Equal("again", MainArm.Of(recipe with { Arms = [.. recipe.Arms, recipe.Arms[3] with { Name = "again" }] }));
        Assert.Equal("sft-only", MainArm.Of(recipe with { Arms = [.. recipe.Arms.Where(a => a.Name != "skillfactory")] }));
        Assert.Equal("rl-only-long", MainArm.Of(recipe with { Arms = [.. recipe.Arms.Take(3)] }));
        Assert.Null(MainArm.Of(recipe with { Arms = [recipe.Arms[0]] }));
        var reference = recipe.Evaluation with { Reference = "skillfactory" };
        Assert.Equal(
            "skillfactory",
            MainArm.Of(recipe with { Evaluation = reference, Arms = [.. recipe.Arms, recipe.Arms[3] with { Name = "again" }] })
        );
    }

    private static async Task<List<Rollout>> ResponsesAsync(SyntheticRun run)
    {
        var stage = run.Export.Stages.Single(s => s is { Seed: 1, Arm: "skillfactory", Stage: "evaluate", Checkpoint: "grpo" });
        await using var stream = await run.Store.OpenReadAsync(stage.Result.Outputs["rollouts"]);
        return await CoreJson.ReadLinesAsync<Rollout>(stream).ToListAsync();
    }

    private static async Task<ArmStageResult> ChangedAsync(SyntheticRun run, ArmStageResult stage, Func<string, string> change)
    {
        await using var stream = await run.Store.OpenReadAsync(stage.Result.Outputs["rollouts"]);
        var rollouts = await CoreJson.ReadLinesAsync<Rollout>(stream).Select(r => r with { Response = change(r.Response) }).ToListAsync();
        var changed = await run.Store.PutAsync("application/x-jsonlines+gzip", s => CoreJson.WriteLinesAsync(s, rollouts));
        return stage with
        {
            Result = stage.Result with
            {
                Outputs = new Dictionary<string, Core.Artifacts.ArtifactRef>(stage.Result.Outputs) { ["rollouts"] = changed },
            },
        };
    }
}
