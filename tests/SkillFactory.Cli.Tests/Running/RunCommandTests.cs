using SkillFactory.Cli.Pretraining;
using SkillFactory.Cli.Tests.Progress;
using SkillFactory.Contracts.Experiments;
using SkillFactory.Core.Recipes;
using SkillFactory.Core.Recipes.Reading;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Cli.Tests.Running;

public sealed class RunCommandTests : IDisposable
{
    private readonly TestCli _cli = new();
    private readonly TemporaryFolder _folder = new();
    private readonly string _recipe;

    public RunCommandTests()
    {
        _recipe = Path.Combine(_folder.Path, "demo.yaml");
        File.WriteAllText(
            _recipe,
            """
            name: demo
            model: base
            train: [{ task: countdown, level: 3 }]
            grpo: { steps: 30, promptsPerStep: 4, groupSize: 4, promptsPerBatch: 4 }
            evaluation: { sets: [{ task: countdown, level: 3 }] }
            arms: [{ name: base }, { name: rl, stages: [grpo] }]
            """
        );
    }

    public void Dispose()
    {
        _cli.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_new_experiment_is_submitted_followed_and_exported()
    {
        _cli.System.Send(SampleEvents.StageEvent(1, "1/rl/grpo", StagePhase.Running));
        _cli.System.Send(SampleEvents.Progress(2, "1/rl/grpo", 1, 30, "steps", 100, reward: 0.5));
        _cli.System.Headlines["k"] = "reward 0.512";
        _cli.System.Send(SampleEvents.StageEvent(3, "1/rl/grpo", StagePhase.Done, 12, "k"));
        var run = _cli.RunAsync("run", _recipe, "--set", "grpo.steps=7", "--device", "cuda:1", "--workspace", "/elsewhere");
        await EventuallyAsync(() => _cli.Out.ToString().Contains("done in 0:12", StringComparison.Ordinal));
        _cli.System.End(ExperimentPhase.Completed);

        Assert.Equal(0, await run);
        Assert.Equal(["check", "start /elsewhere cuda:1", "submit"], _cli.System.Calls[..3]);
        Assert.Equal("export", _cli.System.Calls[^2]);
        Assert.Equal("stop", _cli.System.Calls[^1]);
        Assert.Equal((7, "cuda:1"), (_cli.System.Recipe!.Grpo.Steps, _cli.System.Recipe.Device));
        var text = _cli.Out.ToString();
        Assert.Contains("rl/grpo  1/30 steps  reward 0.500", text, StringComparison.Ordinal);
        Assert.Contains("rl/grpo: done in 0:12  reward 0.512", text, StringComparison.Ordinal);
        Assert.Contains("27.1 % ± 2.0", text, StringComparison.Ordinal);
        Assert.EndsWith("Report: /runs/demo/report.html\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Evaluate_runs_no_training_stages()
    {
        _cli.System.Phase = ExperimentPhase.Paused;
        Assert.Equal(2, await _cli.RunAsync("evaluate", "models/My_Model.v2", "--recipe", _recipe, "--set", "evaluation.samples=2"));
        Assert.Contains(
            $"skillfactory evaluate models/My_Model.v2 --recipe {_recipe} --resume --set evaluation.samples=2",
            _cli.Error.ToString(),
            StringComparison.Ordinal
        );

        Assert.Equal(0, await _cli.RunAsync("evaluate", "models/My_Model.v2", "--recipe", _recipe, "--dry-run"));
        var printed = _cli.Out.ToString();
        Assert.Contains("1/base/evaluate-base", printed, StringComparison.Ordinal);
        Assert.DoesNotContain("grpo", printed, StringComparison.Ordinal);
        var recipe = RecipeReader.Parse(printed, "printed", _folder.Path);
        Assert.Equal(("demo-on-my-model-v2", Path.GetFullPath("models/My_Model.v2")), (recipe.Name, recipe.Model));
        Assert.Equal("base", Assert.Single(recipe.Arms).Name);

        Assert.Equal(2, await _cli.RunAsync("evaluate", "models/x"));
        Assert.Contains("--recipe", _cli.Error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_run_folder_is_updated_after_each_finished_stage()
    {
        var run = _cli.RunAsync("run", _recipe);
        _cli.System.Send(SampleEvents.StageEvent(1, "1/base/evaluate", StagePhase.Done, 1));
        await EventuallyAsync(() => _cli.System.Calls.ToArray().Contains("export"));
        _cli.System.End(ExperimentPhase.Completed);
        Assert.Equal(0, await run);
        Assert.Equal(2, _cli.System.Calls.Count(c => c == "export"));
    }

    [Theory]
    [InlineData(ExperimentPhase.Running, "interrupted")]
    [InlineData(ExperimentPhase.Paused, "paused")]
    [InlineData(ExperimentPhase.Failed, "failed")]
    public async Task An_unfinished_experiment_is_not_changed_without_resume(ExperimentPhase phase, string state)
    {
        _cli.System.Phase = phase;
        Assert.Equal(2, await _cli.RunAsync("run", _recipe, "--set", "seeds=[1, 2]", "--output", "out"));
        Assert.DoesNotContain("submit", _cli.System.Calls);
        Assert.DoesNotContain("resume", _cli.System.Calls);
        var error = _cli.Error.ToString();
        Assert.StartsWith($"error: experiment demo-12345678 exists and is not finished ({state})", error, StringComparison.Ordinal);
        Assert.Contains($"skillfactory run {_recipe} --resume --output out --set 'seeds=[1, 2]'", error, StringComparison.Ordinal);
        Assert.Contains($"skillfactory run {_recipe} --fresh --output out", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Resume_continues_an_experiment_and_submits_a_new_one()
    {
        _cli.System.Phase = ExperimentPhase.Paused;
        _cli.System.End(ExperimentPhase.Completed);
        _cli.System.Phase = ExperimentPhase.Failed;
        var run = _cli.RunAsync("run", _recipe, "--resume");
        Assert.Equal(1, await run);
        Assert.Contains("resume", _cli.System.Calls);

        using var other = new TestCli();
        other.System.End(ExperimentPhase.None);
        var start = other.RunAsync("run", _recipe, "--resume");
        await EventuallyAsync(() => other.System.Calls.ToArray().Contains("submit"));
        other.System.Phase = ExperimentPhase.Completed;
        Assert.Equal(0, await start);
    }

    [Fact]
    public async Task Other_experiments_that_continue_in_this_process_are_reported()
    {
        _cli.System.Others.Add(new CatalogEntry("left-1", "left", ExperimentPhase.Running, default, "/runs/left-1"));
        _cli.System.Others.Add(new CatalogEntry("paused-1", "paused", ExperimentPhase.Paused, default, "/runs/paused-1"));
        var run = _cli.RunAsync("run", _recipe);
        await EventuallyAsync(() => _cli.System.Calls.ToArray().Contains("submit"));
        _cli.System.End(ExperimentPhase.Completed);
        Assert.Equal(0, await run);
        var line = Assert.Single(_cli.Out.ToString().Split('\n'), l => l.Contains("continues in this process", StringComparison.Ordinal));
        Assert.StartsWith("Experiment left-1 ", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_finished_experiment_is_not_run_again()
    {
        _cli.System.Phase = ExperimentPhase.Completed;
        Assert.Equal(0, await _cli.RunAsync("run", _recipe));
        Assert.DoesNotContain("submit", _cli.System.Calls);
        Assert.Contains("is already finished; nothing was run", _cli.Out.ToString(), StringComparison.Ordinal);
        Assert.Contains("Report: /runs/demo/report.html", _cli.Out.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fresh_submits_without_reuse()
    {
        _cli.System.End(ExperimentPhase.None);
        var run = _cli.RunAsync("run", _recipe, "--fresh");
        await EventuallyAsync(() => _cli.System.Calls.ToArray().Contains("submit fresh"));
        _cli.System.Phase = ExperimentPhase.Completed;
        Assert.Equal(0, await run);
    }

    [Fact]
    public async Task Failures_and_user_errors_have_different_exit_codes()
    {
        _cli.System.Failure = new Failure("1/rl/grpo: the device went away", IsUserError: false, "CudaException: lost", "slot a/cuda/0");
        _cli.System.End(ExperimentPhase.Failed);
        Assert.Equal(1, await _cli.RunAsync("run", _recipe, "--resume"));
        Assert.StartsWith("error: 1/rl/grpo: the device went away\n", _cli.Error.ToString(), StringComparison.Ordinal);
        Assert.Contains("--resume", _cli.Error.ToString(), StringComparison.Ordinal);

        using var other = new TestCli();
        other.System.Failure = new Failure("1/rl/grpo: the disk is full", IsUserError: true, "IOException: no space", "slot a/cuda/0");
        other.System.End(ExperimentPhase.Failed);
        Assert.Equal(2, await other.RunAsync("run", _recipe, "--resume"));
        Assert.DoesNotContain("IOException", other.Error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verbose_output_shows_where_and_why_a_run_failed()
    {
        _cli.System.Failure = new Failure(
            "1/rl/grpo: lost",
            IsUserError: false,
            "InvalidOperationException: a\nIOException: b",
            "slot a/cuda/0"
        );
        _cli.System.End(ExperimentPhase.Failed);
        Assert.Equal(1, await _cli.RunAsync("run", _recipe, "--resume", "--verbose"));
        Assert.StartsWith(
            "error: 1/rl/grpo: lost\n  at slot a/cuda/0\n  InvalidOperationException: a\n  IOException: b\n",
            _cli.Error.ToString(),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task A_failed_system_ends_the_command_with_its_error()
    {
        _cli.System.End(ExperimentPhase.None);
        _cli.System.Phase = ExperimentPhase.None;
        var run = _cli.RunAsync("run", _recipe);
        await EventuallyAsync(() => _cli.System.Calls.ToArray().Contains("submit"));
        _cli.System.Crash.SetException(new UserErrorException("the state cannot be written: its disk is full"));
        Assert.Equal(2, await run);
        Assert.Equal("error: the state cannot be written: its disk is full\n", _cli.Error.ToString());
    }

    [Fact]
    public async Task A_finished_experiment_with_missing_results_continues()
    {
        _cli.System.Phase = ExperimentPhase.Completed;
        _cli.System.LostResults = true;
        Assert.Equal(0, await _cli.RunAsync("run", _recipe));
        Assert.Contains("missing from the artifact store; they are computed again", _cli.Out.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_first_signal_pauses_the_run_and_the_second_exits()
    {
        var run = _cli.RunAsync("run", _recipe);
        await EventuallyAsync(() => _cli.Context().Systems is FakeRunSystem { Phase: ExperimentPhase.Running });
        _cli.Signals.Raise();
        Assert.Equal(130, await run);
        Assert.Contains("pause", _cli.System.Calls);
        Assert.Equal("stop", _cli.System.Calls[^1]);
        var text = _cli.Out.ToString();
        Assert.Contains("stopping after the current unit of work", text, StringComparison.Ordinal);
        Assert.Contains($"To continue: skillfactory run {_recipe} --resume", text, StringComparison.Ordinal);
        Assert.Equal(0, _cli.ExitCount);
        _cli.Signals.Raise();
        Assert.Equal(1, _cli.ExitCount);
    }

    [Fact]
    public async Task Pretraining_shows_its_steps_and_stops_on_a_signal()
    {
        _cli.Pretraining = async (progress, cancellationToken) =>
        {
            progress.Report(new PretrainingProgress("", 10, 100, 5_000, 2.5));
            _cli.Signals.Raise();
            await Task.Delay(Timeout.Infinite, cancellationToken);
            return "";
        };
        Assert.Equal(130, await _cli.RunAsync("pretrain", "tiny.yaml", "--output", "m"));
        Assert.Contains("pretrain  10/100 steps  loss 2.500", _cli.Out.ToString(), StringComparison.Ordinal);
        Assert.Contains("To continue: skillfactory pretrain tiny.yaml --resume --output m", _cli.Out.ToString(), StringComparison.Ordinal);

        using var other = new TestCli();
        other.Pretraining = (_, _) => Task.FromResult("models/tiny");
        Assert.Equal(0, await other.RunAsync("pretrain", "tiny.yaml"));
        Assert.Contains("Model: models/tiny", other.Out.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_dry_run_prints_a_recipe_with_the_plan_as_comments_and_starts_nothing()
    {
        Assert.Equal(
            0,
            await _cli.RunAsync("run", _recipe, "--dry-run", "--set", "grpo.steps=7", "--workspace", Path.Combine(_folder.Path, "none"))
        );
        Assert.Equal(["check"], _cli.System.Calls);
        var text = _cli.Out.ToString();
        Assert.Contains("# 1/rl/grpo", text, StringComparison.Ordinal);
        Assert.Equal(7, RecipeReader.Parse(text, "printed", _folder.Path).Grpo.Steps);
        Assert.False(Directory.Exists(Path.Combine(_folder.Path, "none")));
    }

    private static async Task EventuallyAsync(Func<bool> condition)
    {
        // Only limits a hang; no time is measured.
        for (var i = 0; i < 3000 && !condition(); i++)
        {
            await Task.Delay(10);
        }

        Assert.True(condition());
    }
}
