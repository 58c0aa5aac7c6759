using System.Text.Json;
using System.Xml.Linq;
using SkillFactory.Core;
using SkillFactory.Core.Recipes;
using SkillFactory.Data.Conversations;
using SkillFactory.Data.Rollouts;
using SkillFactory.Reporting.Opening;
using SkillFactory.Reporting.Pages;
using SkillFactory.Reporting.Report;
using SkillFactory.Reporting.RunFolder;

namespace SkillFactory.Reporting.Tests.RunFolder;

public sealed class RunExporterTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Export_writes_all_files()
    {
        var run = await SyntheticRun.MakeAsync([1, 2], 10);
        var report = await RunExporter.ExportAsync(run.Export, run.Store, _folder.Path);
        var files = Directory
            .GetFiles(_folder.Path, "*", SearchOption.AllDirectories)
            .Select(f => Path.GetRelativePath(_folder.Path, f).Replace('\\', '/'))
            .ToHashSet();
        Assert.DoesNotContain(files, f => f.EndsWith(".tmp"));
        foreach (var seed in new[] { 1, 2 })
        {
            // The SFT checkpoint that two arms share is exported once.
            foreach (var checkpoint in new[] { "skillfactory/sft", "skillfactory/grpo", "rl-only/grpo", "rl-only-long/grpo" })
            {
                foreach (var file in new[] { "config.json", "tokenizer.json", "model.safetensors" })
                {
                    Assert.Contains($"checkpoints/{seed}/{checkpoint}/{file}", files);
                }
            }

            var dataset = await ConversationFiles.ReadAsync(Path.Combine(_folder.Path, $"dataset/{seed}-skillfactory.jsonl")).ToListAsync();
            Assert.Equal(["t0", "t1", "t2"], dataset.Select(c => c.Id));
            Assert.Equal([$"question 1 of seed {seed}", "<think>7"], dataset[1].Turns.Select(t => t.Content));
            Assert.Equal(
                3,
                await ConversationFiles.ReadAsync(Path.Combine(_folder.Path, $"dataset/{seed}-skillfactory.parquet")).CountAsync()
            );
            Assert.Contains($"metrics/{seed}-skillfactory-grpo.jsonl", files);
            Assert.Contains($"tensorboard/{seed}-rl-only-grpo/events.out.tfevents.1700000000.skillfactory", files);
            Assert.Equal(
                $"rl-only{seed}",
                await File.ReadAllTextAsync(Path.Combine(_folder.Path, $"checkpoints/{seed}/rl-only/grpo/model.safetensors"))
            );
        }

        Assert.DoesNotContain(files, f => f.Contains("sft-only"));

        // Evaluations: 3 levels × 10 questions × 4 samples for the base model once, and per seed for four checkpoints and one forced
        // checkpoint. Best of n: 8 answers and 8 reflections per question.
        var rollouts = await RolloutParquet.ReadAsync(Path.Combine(_folder.Path, "rollouts.parquet")).ToListAsync();
        Assert.Equal((3 * 10 * 4 * (1 + (2 * 5))) + (2 * 3 * 10 * 8 * 2), rollouts.Count);
        Assert.Equal(rollouts.Count, rollouts.Select(r => (r.Seed, r.Arm, r.Stage, r.Checkpoint, r.Rollout.Id)).Distinct().Count());
        Assert.All(rollouts, r => Assert.Equal("synthetic-1", r.Experiment));
        Assert.Equal(run.Export.RecipeText, await File.ReadAllTextAsync(Path.Combine(_folder.Path, "recipe.yaml")));
        Assert.Equal(41, File.ReadLines(Path.Combine(_folder.Path, "metrics/1-rl-only-grpo.jsonl")).Count());
        Assert.Equal(ReportPage.Render(report), await File.ReadAllTextAsync(Path.Combine(_folder.Path, "report.html")));

        // The file can be read back and gives the same page.
        var json = await File.ReadAllTextAsync(Path.Combine(_folder.Path, "report.json"));
        var back = JsonSerializer.Deserialize<RunReport>(json, CoreJson.Options)!;
        Assert.Equal(ReportPage.Render(report), ReportPage.Render(back));
    }

    [Fact]
    public async Task Exporting_again_replaces_only_what_changed()
    {
        var run = await SyntheticRun.MakeAsync([1], 10);
        await RunExporter.ExportAsync(run.Export, run.Store, _folder.Path);
        var (whole, damaged) = (
            Path.Combine(_folder.Path, "checkpoints/1/skillfactory/grpo/model.safetensors"),
            Path.Combine(_folder.Path, "checkpoints/1/rl-only/grpo/model.safetensors")
        );
        var mark = new DateTime(2001, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        await File.WriteAllTextAsync(damaged, "XXXXXXXX");
        File.SetLastWriteTimeUtc(whole, mark);
        await RunExporter.ExportAsync(run.Export, run.Store, _folder.Path);
        Assert.Equal("rl-only1", await File.ReadAllTextAsync(damaged));
        Assert.Equal(mark, File.GetLastWriteTimeUtc(whole));
    }

    [Fact]
    public async Task A_run_without_finished_stages_has_a_report()
    {
        var run = await SyntheticRun.MakeAsync([1], 2, stopEarly: true);
        var report = await RunExporter.ExportAsync(run.Export with { Stages = [] }, run.Store, _folder.Path);
        Assert.Empty(HeadlineTable.Of(report));
        Assert.Contains("Nothing has been evaluated yet", XDocument.Parse(ReportPage.Render(report)).Root!.Value);
    }
}
