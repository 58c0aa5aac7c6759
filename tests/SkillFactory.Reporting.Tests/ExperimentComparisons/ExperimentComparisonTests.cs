using System.Globalization;
using System.Text.Json;
using System.Xml.Linq;
using SkillFactory.Core;
using SkillFactory.Core.Artifacts;
using SkillFactory.Core.Planning;
using SkillFactory.Core.Sampling;
using SkillFactory.Evaluation.Statistics;
using SkillFactory.Primitives.Errors;
using SkillFactory.Reporting.ExperimentComparisons;
using SkillFactory.Reporting.Pages;
using SkillFactory.Reporting.RunFolder;

namespace SkillFactory.Reporting.Tests.ExperimentComparisons;

public sealed class ExperimentComparisonTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Differences_are_paired_by_question_and_corrected_together()
    {
        var (a, b) = (await RunAsync("a", [1, 2]), await RunAsync("b", [1, 2], worse: "skillfactory/grpo"));
        var comparison = ExperimentComparisonBuilder.Build([a, b]);
        Assert.Equal(["A", "B"], comparison.Experiments.Select(e => e.Label));

        // Models of the same stages are not compared. The changed model has other stages.
        var tested = comparison.Cells.Where(c => c.Values.Any(v => v.Difference is not null)).ToList();
        Assert.Equal(["3", "4", "5"], tested.Select(c => c.Level));
        Assert.All(tested, c => Assert.Equal("skillfactory/grpo", c.Model));
        Assert.Contains(comparison.Notes, n => n.StartsWith("base is the same in A and B", StringComparison.Ordinal));
        foreach (var cell in tested)
        {
            Assert.Null(cell.Values[0].Difference);
            var difference = cell.Values[1].Difference!;
            Assert.Equal(cell.Values[1].Accuracy.Value - cell.Values[0].Accuracy.Value, difference.Accuracy.Value, 9);
            Assert.Equal(60, difference.Accuracy.Count);
            Assert.Equal(difference.Accuracy.Value, difference.AcrossSeeds!.Value, 9);
        }

        // All correct answers of that model were made wrong.
        Assert.Equal(0, tested[0].Values[1].Accuracy.Value);
        Assert.True(tested[0].Values[1].Difference!.AdjustedP < 0.001);
        double[] p = [.. tested.Select(c => c.Values[1].Difference!.P)];
        Assert.Equal(Holm.Adjust(p), tested.Select(c => c.Values[1].Difference!.AdjustedP));
    }

    [Fact]
    public async Task One_model_can_be_chosen_from_each_experiment()
    {
        var (a, b) = (await RunAsync("a", [1], model: "rl-only"), await RunAsync("b", [1], model: "skillfactory/sft"));
        var comparison = ExperimentComparisonBuilder.Build([a, b]);
        Assert.Equal(["rl-only/grpo", "skillfactory/sft"], comparison.Experiments.Select(e => e.Model));
        Assert.All(comparison.Cells, c => Assert.Equal(("chosen", 2), (c.Model, c.Values.Count)));
        foreach (var cell in comparison.Cells)
        {
            Assert.Equal(
                b.Report.Evaluations.Single(e => e.Model == "skillfactory/sft" && e.Level == cell.Level).Pooled.Accuracy,
                cell.Values[1].Accuracy
            );
            Assert.NotNull(cell.Values[1].Difference);
        }

        Assert.Equal([150_000, 850_000], comparison.Costs.Select(c => c.TrainingTokens));
        Assert.Equal([14.0, 70.0], comparison.Costs.Select(c => c.ResponseTokens!.Value));

        // An arm that shares its checkpoint with another arm is found too. A model must be chosen from every experiment or from none.
        Assert.Equal("skillfactory/sft", (await RunAsync("c", [1], model: "sft-only")).Selected);
        var error = Assert.Throws<UserErrorException>(() => ExperimentComparisonBuilder.Build([a, ReadAgain()]));
        Assert.Contains("choose one from each", error.Message);

        ComparedRun ReadAgain() => ComparedRun.LoadAsync(Path.Combine(_folder.Path, "b"), null, "b").GetAwaiter().GetResult();
    }

    [Fact]
    public async Task Experiments_with_other_seeds_are_compared_by_question()
    {
        var comparison = ExperimentComparisonBuilder.Build([await RunAsync("a", [1]), await RunAsync("b", [2, 3])]);
        var cell = comparison.Cells.Single(c => c is { Model: "rl-only/grpo", Level: "3" });
        Assert.Equal(60, cell.Values[1].Difference!.Accuracy.Count);
        Assert.Null(cell.Values[1].Difference!.AcrossSeeds);
        Assert.Equal(cell.Values[1].Accuracy.Value - cell.Values[0].Accuracy.Value, cell.Values[1].Difference!.Accuracy.Value, 9);
        Assert.Contains(comparison.Notes, n => n.StartsWith("B has seeds 2, 3 and A has seeds 1", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Without_rollouts_no_difference_is_tested_and_a_note_says_why()
    {
        await RunAsync("a", [1]);
        await RunAsync("b", [1], worse: "rl-only/grpo");
        File.Delete(Path.Combine(_folder.Path, "b", "rollouts.parquet"));
        var comparison = ExperimentComparisonBuilder.Build([
            await ComparedRun.LoadAsync(Path.Combine(_folder.Path, "a"), null, "a"),
            await ComparedRun.LoadAsync(Path.Combine(_folder.Path, "b", "report.json"), null, "b"),
        ]);
        Assert.All(comparison.Cells, c => Assert.All(c.Values, v => Assert.Null(v.Difference)));
        Assert.Contains(comparison.Notes, n => n.StartsWith("B: there is no rollouts.parquet", StringComparison.Ordinal));
        Assert.Equal(15, comparison.Cells.Count);
    }

    [Fact]
    public async Task The_questions_in_common_are_counted_on_every_level()
    {
        var (a, b, c) = (await RunAsync("a", [1]), await RunAsync("b", [2], questions: 20), await RunAsync("c", [1], questions: 70));
        var comparison = ExperimentComparisonBuilder.Build([a, b, c]);
        Assert.Equal(["3", "4", "5"], comparison.Questions.Select(q => q.Level));
        foreach (var level in comparison.Questions)
        {
            Assert.Equal([("A", 60), ("B", 20), ("C", 70)], level.Asked.Select(q => (q.Key, q.Value)));
            Assert.Equal([("B", 20), ("C", 60)], level.Common.Select(q => (q.Key, q.Value)));
        }

        var table = ExperimentComparisonTables.Of(comparison).Single(t => t.Header[0] == "level" && t.Header.Count == 6);
        Assert.Equal(["level", "A", "B", "C", "in A and B", "in A and C"], table.Header);
        Assert.Equal(["countdown 3", "60", "20", "70", "20", "60"], table.Rows[0]);
        Assert.Equal(["all levels", "180", "60", "210", "60", "180"], table.Rows[^1]);
    }

    [Fact]
    public async Task Without_single_answers_the_questions_in_common_are_unknown()
    {
        await RunAsync("a", [1]);
        File.Delete(Path.Combine(_folder.Path, "a", "rollouts.parquet"));
        var a = await ComparedRun.LoadAsync(Path.Combine(_folder.Path, "a"), null, "a");
        var comparison = ExperimentComparisonBuilder.Build([a, await RunAsync("b", [1])]);
        Assert.All(comparison.Questions, q => Assert.Equal([60, 60], q.Asked.Values));
        Assert.All(comparison.Questions, q => Assert.Empty(q.Common));
        Assert.Contains(ExperimentComparisonTables.Of(comparison), t => t.Rows[^1].SequenceEqual(["all levels", "180", "180", "–"]));
    }

    [Fact]
    public async Task Models_have_the_names_of_the_reports()
    {
        var (a, b) = (await RunAsync("a", [1]), await RunAsync("b", [2]));
        var comparison = ExperimentComparisonBuilder.Build([a, b]);
        var names = a.Report.Models.Select(m => m.Label).ToList();
        var cells = ExperimentComparisonTables.Of(comparison).Single(t => t.Header is ["level", "model", ..]);
        Assert.Equal(names, cells.Rows.Select(r => r[1]).Distinct());
        Assert.Equal(
            names,
            ExperimentComparisonTables.Of(comparison).Single(t => t.Header[0] == "model").Rows.Select(r => r[0]).Distinct()
        );

        // With one model chosen from each, both are named.
        var chosen = ExperimentComparisonBuilder.Build([
            await RunAsync("a", [1], model: "rl-only"),
            await RunAsync("b", [1], model: "sft-only"),
        ]);
        Assert.Equal("rl-only, skillfactory (SFT) = sft-only", chosen.LabelOf("chosen"));
        Assert.Equal(
            ["rl-only", "skillfactory (SFT) = sft-only"],
            ExperimentComparisonTables.Of(chosen).Single(t => t.Header[0] == "model").Rows.Select(r => r[0])
        );
    }

    [Fact]
    public async Task Settings_that_differ_are_a_table_of_keys_and_values()
    {
        var comparison = ExperimentComparisonBuilder.Build([
            await RunAsync("a", [1], recipe: "name: a\ngrpo: { steps: 40 }\n"),
            await RunAsync("b", [1], recipe: "name: b\ngrpo: { steps: 50 }\nseeds: [1, 2]\n"),
        ]);
        var table = ExperimentComparisonTables.Of(comparison).Single(t => t.Title == "Settings that differ");
        Assert.Equal(["key", "A", "B"], table.Header);
        Assert.Equal(
            [
                ["grpo.steps", "40", "50"],
                ["seeds", "–", "[1, 2]"],
            ],
            table.Rows.Select(row => row.ToArray())
        );
    }

    [Fact]
    public async Task A_setting_that_arms_only_inherit_is_listed_once()
    {
        const string Recipe = """
            name: NAME
            grpo: { steps: STEPS }
            arms:
              - { name: inherits, set: { grpo: { steps: STEPS } } }
              - { name: changes, set: { grpo: { steps: OTHER } } }
            """;
        string With(string name, int steps, int other) =>
            Recipe.Replace("NAME", name).Replace("STEPS", $"{steps}").Replace("OTHER", $"{other}");
        var comparison = ExperimentComparisonBuilder.Build([
            await RunAsync("a", [1], recipe: With("a", 40, 7)),
            await RunAsync("b", [1], recipe: With("b", 50, 8)),
        ]);
        Assert.Equal(["arms[changes].set.grpo.steps", "grpo.steps"], comparison.Settings.Select(s => s.Path));
    }

    [Fact]
    public async Task Only_settings_that_differ_are_listed()
    {
        const string One = """
            name: a
            grpo: { steps: 40, learningRate: 0.001 }
            train:
              - { task: countdown, level: 3, weight: 2 }
            arms:
              - name: base
              - name: rl
                set: { grpo: { steps: 3 } }
            """;
        const string Two = """
            name: b
            grpo: { steps: 50, learningRate: 0.001 }
            train:
              - { task: countdown, level: 3, weight: 1 }
              - { task: countdown, level: 4, weight: 1 }
            arms:
              - name: base
            seeds: [1, 2]
            """;
        var comparison = ExperimentComparisonBuilder.Build([await RunAsync("a", [1], recipe: One), await RunAsync("b", [1], recipe: Two)]);
        Assert.Equal(
            [
                "arms[rl]: A=present",
                "grpo.steps: A=40 B=50",
                "seeds: B=[1, 2]",
                "train[countdown/3].weight: A=2 B=1",
                "train[countdown/4]: B=present",
            ],
            comparison.Settings.Select(s => $"{s.Path}: {string.Join(' ', s.Values.Select(v => $"{v.Key}={v.Value}"))}")
        );
    }

    [Fact]
    public async Task All_file_formats_have_the_same_content()
    {
        var comparison = ExperimentComparisonBuilder.Build([
            await RunAsync("a", [1]),
            await RunAsync("b", [1], worse: "skillfactory/grpo"),
        ]);
        foreach (var extension in ExperimentComparisonFile.Extensions)
        {
            await ExperimentComparisonFile.WriteAsync(Path.Combine(_folder.Path, "c" + extension), comparison);
        }

        var back = JsonSerializer.Deserialize<ExperimentComparison>(
            await File.ReadAllTextAsync(Path.Combine(_folder.Path, "c.json")),
            CoreJson.Options
        )!;
        Assert.Equal(ExperimentComparisonPage.Render(comparison), ExperimentComparisonPage.Render(back));

        var rows = (await File.ReadAllLinesAsync(Path.Combine(_folder.Path, "c.csv"))).Select(l => l.Split(',')).ToList();
        Assert.All(rows, r => Assert.Equal(rows[0].Length, r.Length));
        Assert.Equal(comparison.Cells.Sum(c => c.Values.Count), rows.Count - 1);
        var row = rows.Single(r => r[1] == "3" && r[2] == "skillfactory/grpo" && r[3] == "B");
        var cell = comparison.Cells.Single(c => c is { Model: "skillfactory/grpo", Level: "3" });
        Assert.Equal(
            cell.Values[1].Difference!.Accuracy.Value,
            double.Parse(row[Array.IndexOf(rows[0], "difference")], CultureInfo.InvariantCulture)
        );

        var page = XDocument.Parse(await File.ReadAllTextAsync(Path.Combine(_folder.Path, "c.html")));
        Assert.DoesNotContain(page.Descendants(), e => e.Name.LocalName is "script" or "img" or "link");
        var ids = page.Descendants().Attributes("id").Select(i => i.Value).ToList();
        Assert.Equal(ids.Count, ids.Distinct().Count());
        Assert.Equal(
            comparison.Cells.Sum(c => c.Values.Count),
            page.Descendants("li").Count(l => l.Elements("span").Any(s => (string?)s.Attribute("class") == "value"))
        );
        Assert.All(ExperimentComparisonTables.Of(comparison), t => Assert.All(t.Rows, r => Assert.Equal(t.Header.Count, r.Count)));
    }

    [Theory]
    [InlineData("{}", "schemaVersion: found none; expected 3")]
    [InlineData("{\"schemaVersion\":2}", "schemaVersion: found 2; expected 3")]
    [InlineData("{\"schemaVersion\":3}", "is not the report of a run: ")]
    [InlineData("not json", "is not the report of a run: ")]
    [InlineData("[]", "is not the report of a run: ")]
    public async Task A_file_that_is_not_a_report_is_rejected(string content, string message)
    {
        var path = Path.Combine(_folder.Path, "report.json");
        await File.WriteAllTextAsync(path, content);
        var error = await Assert.ThrowsAsync<UserErrorException>(() => ComparedRun.LoadAsync(path, null, "x"));
        Assert.StartsWith($"{path}: {message}", error.Message);
        Assert.DoesNotContain("\n", error.Message);
    }

    [Fact]
    public async Task Missing_runs_and_models_are_named_in_the_error()
    {
        var missing = await Assert.ThrowsAsync<UserErrorException>(() =>
            ComparedRun.LoadAsync(Path.Combine(_folder.Path, "none"), null, "none")
        );
        Assert.StartsWith($"{Path.Combine(_folder.Path, "none")}: no such file", missing.Message);
        var model = await Assert.ThrowsAsync<UserErrorException>(() => RunAsync("a", [1], model: "skilfactory"));
        Assert.EndsWith("there is no model 'skilfactory'; did you mean 'skillfactory'?", model.Message);
        await RunAsync("a", [1]);
        var alone = await ComparedRun.LoadAsync(Path.Combine(_folder.Path, "a"), null, "a");
        Assert.Contains(
            "found 1 experiment to compare; expected 2 to 26",
            Assert.Throws<UserErrorException>(() => ExperimentComparisonBuilder.Build([alone])).Message
        );
        await Assert.ThrowsAsync<UserErrorException>(() =>
            ExperimentComparisonFile.WriteAsync(Path.Combine(_folder.Path, "c.xlsx"), ExperimentComparisonBuilder.Build([alone, alone]))
        );
    }

    /// <summary>Exports a run and loads it.</summary>
    /// <param name="worse">Key of a model whose correct answers are made wrong.</param>
    private async Task<ComparedRun> RunAsync(
        string name,
        IReadOnlyList<long> seeds,
        string? worse = null,
        string? model = null,
        string? recipe = null,
        int questions = 60
    )
    {
        var run = await SyntheticRun.MakeAsync(seeds, questions);
        var stages = new List<ArmStageResult>();
        foreach (var stage in run.Export.Stages)
        {
            stages.Add($"{stage.Arm}/{stage.Checkpoint}" == worse && stage.Stage == "evaluate" ? await WorseAsync(run, stage) : stage);
        }

        var export = run.Export with { ExperimentId = name, Stages = stages, RecipeText = recipe ?? run.Export.RecipeText };
        await RunExporter.ExportAsync(export, run.Store, Path.Combine(_folder.Path, name));
        return await ComparedRun.LoadAsync(Path.Combine(_folder.Path, name), model, name);
    }

    private static async Task<ArmStageResult> WorseAsync(SyntheticRun run, ArmStageResult stage)
    {
        var rollouts = new List<Rollout>();
        await using (var stream = await run.Store.OpenReadAsync(stage.Result.Outputs["rollouts"]))
        {
            await foreach (var rollout in CoreJson.ReadLinesAsync<Rollout>(stream))
            {
                rollouts.Add(rollout.Outcome == Grading.Outcome.Correct ? rollout with { Outcome = Grading.Outcome.Wrong } : rollout);
            }
        }

        // A summary of another version is computed again from the rollouts.
        var outputs = new Dictionary<string, ArtifactRef>(stage.Result.Outputs)
        {
            ["rollouts"] = await run.Store.PutAsync("application/x-jsonlines+gzip", s => CoreJson.WriteLinesAsync(s, rollouts)),
            ["summary"] = await run.Store.PutAsync("application/json", s => s.WriteAsync("{\"schemaVersion\":0}"u8.ToArray()).AsTask()),
        };
        return stage with { Result = stage.Result with { Key = stage.Result.Key + "-worse", Outputs = outputs } };
    }
}
