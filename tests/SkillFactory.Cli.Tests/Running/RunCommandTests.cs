using SkillFactory.Cli.Pretraining;
using SkillFactory.Cli.Terminal;
using SkillFactory.Cli.Tests.Progress;
using SkillFactory.Contracts.Experiments;
using SkillFactory.Core.Recipes;
using SkillFactory.Core.Recipes.Rules;
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
        Assert.Contains("27.1 [25.0, 29.2]", text, StringComparison.Ordinal);
        Assert.EndsWith(
            "Largest loss: letters 4, from 47.2 % (base) to 0.0 % (skillfactory).\nReport: /runs/demo/report.html\n",
            text,
            StringComparison.Ordinal
        );
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
        Assert.Equal(2, await _cli.RunAsync("run", _recipe, "--set", "seeds=[1, 2]", "--workspace", "/there"));
        Assert.DoesNotContain("submit", _cli.System.Calls);
        Assert.DoesNotContain("resume", _cli.System.Calls);
        var error = _cli.Error.ToString();
        Assert.StartsWith($"error: experiment demo-12345678 exists and is not finished ({state})", error, StringComparison.Ordinal);
        Assert.Contains($"skillfactory run {_recipe} --resume --workspace /there --set 'seeds=[1, 2]'", error, StringComparison.Ordinal);
        Assert.Contains($"skillfactory run {_recipe} --fresh --workspace /there", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Resume_continues_an_experiment()
    {
        _cli.System.End(ExperimentPhase.Failed);
        Assert.Equal(1, await _cli.RunAsync("run", _recipe, "--resume", "--workspace", _folder.Path));
        Assert.Contains("resume", _cli.System.Calls);
    }

    [Fact]
    public async Task Resume_without_an_experiment_starts_nothing_and_says_so()
    {
        var absent = Path.Combine(_folder.Path, "absent");
        Assert.Equal(2, await _cli.RunAsync("run", _recipe, "--resume", "--workspace", absent));
        Assert.Equal(
            $"error: there is nothing to resume: there is no workspace {absent}; "
                + $"to start it: skillfactory run {_recipe} --workspace {absent}\n",
            _cli.Error.ToString()
        );
        Assert.Equal(["check"], _cli.System.Calls);

        using var other = new TestCli();
        other.System.Others.Add(new CatalogEntry("demo-87654321", "demo", ExperimentPhase.Paused, default, "/runs/demo-87654321"));
        var output = Path.Combine(_folder.Path, "output");
        Assert.Equal(2, await other.RunAsync("run", _recipe, "--resume", "--workspace", _folder.Path, "--output", output));
        Assert.False(Directory.Exists(output));
        Assert.Contains("there is nothing to resume: experiment demo-12345678 has not been run in", other.Error.ToString());
        Assert.Contains("demo-87654321 has the same name and other content", other.Error.ToString());
        Assert.DoesNotContain("submit", other.System.Calls);
    }

    [Fact]
    public async Task An_output_folder_with_other_files_is_refused_before_anything_starts()
    {
        var folder = Directory.CreateDirectory(Path.Combine(_folder.Path, "mine")).FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "recipe.yaml"), "mine");
        foreach (
            var dry in (string[][])
                [
                    [],
                    ["--dry-run"],
                ]
        )
        {
            using var cli = new TestCli();
            Assert.Equal(2, await cli.RunAsync(["run", _recipe, "--output", folder, .. dry]));
            Assert.StartsWith(
                $"error: The folder {folder} holds files that no run has written (recipe.yaml)",
                cli.Error.ToString(),
                StringComparison.Ordinal
            );
            Assert.Equal(["check"], cli.System.Calls);
        }

        Assert.Equal(["recipe.yaml"], Directory.EnumerateFileSystemEntries(folder).Select(Path.GetFileName));
        Assert.Equal("mine", await File.ReadAllTextAsync(Path.Combine(folder, "recipe.yaml")));
    }

    [Theory]
    [InlineData(ExperimentPhase.Running)]
    [InlineData(ExperimentPhase.Paused)]
    [InlineData(ExperimentPhase.Completed)]
    public async Task Another_output_folder_for_an_experiment_that_exists_is_refused(ExperimentPhase phase)
    {
        var folder = Path.Combine(_folder.Path, "other");
        _cli.System.Phase = phase;
        Assert.Equal(2, await _cli.RunAsync("run", _recipe, "--resume", "--output", folder, "--workspace", _folder.Path));
        Assert.Equal(
            "error: experiment demo-12345678 has its run folder at /runs/demo, and --output cannot change that. For a copy of it: "
                + $"skillfactory report demo-12345678 --workspace {_folder.Path} --output {folder}\n",
            _cli.Error.ToString()
        );
        Assert.False(Directory.Exists(folder));
        Assert.DoesNotContain("resume", _cli.System.Calls);
        Assert.DoesNotContain("export", _cli.System.Calls);
    }

    [Theory]
    [InlineData(".")]
    [InlineData("store/mine")]
    [InlineData("logs")]
    public async Task An_output_folder_among_the_files_of_the_workspace_is_refused(string folder)
    {
        var output = Path.GetFullPath(Path.Combine(_folder.Path, "runs", folder));
        Assert.Equal(2, await _cli.RunAsync("run", _recipe, "--workspace", Path.Combine(_folder.Path, "runs"), "--output", output));
        Assert.StartsWith($"error: The run folder {output} cannot be there", _cli.Error.ToString(), StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(_folder.Path, "runs")));
    }

    [Fact]
    public async Task Recipes_of_the_other_kind_are_named_with_their_command()
    {
        var pretrain = Path.Combine(_folder.Path, "base.yaml");
        await File.WriteAllTextAsync(pretrain, "name: b\noutput: m\nsteps: 3\ncorpus: { }\n");
        foreach (
            var line in (string[][])
                [
                    ["run", pretrain],
                    ["evaluate", "m", "--recipe", pretrain],
                ]
        )
        {
            using var cli = new TestCli();
            Assert.Equal(2, await cli.RunAsync(line));
            Assert.Equal(
                $"error: {pretrain} is a pretraining recipe (it has the keys output, steps, corpus); "
                    + $"to train that model: skillfactory pretrain {pretrain}\n",
                cli.Error.ToString()
            );
        }

        Assert.Equal(2, await _cli.RunAsync("pretrain", _recipe));
        Assert.Equal(
            $"error: {_recipe} is the recipe of an experiment (it has the keys train, grpo, evaluation, arms); "
                + $"to run it: skillfactory run {_recipe}\n",
            _cli.Error.ToString()
        );
    }

    [Fact]
    public async Task A_run_folder_in_place_of_a_recipe_names_the_recipe_in_it()
    {
        Assert.Equal(2, await _cli.RunAsync("run", _folder.Path));
        Assert.Equal($"error: {_folder.Path} is a folder; expected a recipe, which is a YAML file\n", _cli.Error.ToString());

        using var other = new TestCli();
        var inside = _folder.File("recipe.yaml", "name: x");
        Assert.Equal(2, await other.RunAsync("run", _folder.Path));
        Assert.Equal($"error: {_folder.Path} is a folder; to run its recipe: skillfactory run {inside}\n", other.Error.ToString());
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
    public async Task On_a_narrow_terminal_the_closing_table_has_no_intervals()
    {
        using var narrow = new TestCli { Terminal = TerminalTraits.Plain with { Width = () => 30 } };
        narrow.System.Phase = ExperimentPhase.Completed;
        Assert.Equal(0, await narrow.RunAsync("run", _recipe));
        Assert.Contains("27.1", narrow.Out.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("25.0", narrow.Out.ToString(), StringComparison.Ordinal);
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
        Assert.Equal(1, await _cli.RunAsync("run", _recipe, "--resume", "-w", _folder.Path));
        Assert.StartsWith("error: 1/rl/grpo: the device went away\n", _cli.Error.ToString(), StringComparison.Ordinal);
        Assert.Contains("--resume", _cli.Error.ToString(), StringComparison.Ordinal);

        using var other = new TestCli();
        other.System.Failure = new Failure("1/rl/grpo: the disk is full", IsUserError: true, "IOException: no space", "slot a/cuda/0");
        other.System.End(ExperimentPhase.Failed);
        Assert.Equal(2, await other.RunAsync("run", _recipe, "--resume", "-w", _folder.Path));
        Assert.DoesNotContain("IOException", other.Error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failure_that_the_same_recipe_repeats_is_not_told_to_resume()
    {
        _cli.System.Failure = new Failure("1/rl/sft: trace row-1 has 2000 tokens", IsUserError: true, "") { Repeats = true };
        _cli.System.Notes = ["data.csv: 2 rows repeat another and are skipped"];
        _cli.System.End(ExperimentPhase.Failed);
        Assert.Equal(2, await _cli.RunAsync("run", _recipe));
        Assert.Equal(
            "data.csv: 2 rows repeat another and are skipped\nerror: 1/rl/sft: trace row-1 has 2000 tokens\n"
                + "The same recipe fails again. Finished stages are kept: change the recipe and run it; it continues from them.\n",
            _cli.Error.ToString()
        );
    }

    [Fact]
    public async Task A_recipe_that_failed_for_good_is_not_told_to_resume_when_it_is_run_again()
    {
        _cli.System.Failure = new Failure("1/rl/sft: trace row-1 has 2000 tokens", IsUserError: true, "") { Repeats = true };
        _cli.System.End(ExperimentPhase.Failed);
        Assert.Equal(2, await _cli.RunAsync("run", _recipe));
        Assert.StartsWith(
            "error: 1/rl/sft: trace row-1 has 2000 tokens\nThe same recipe fails",
            _cli.Error.ToString(),
            StringComparison.Ordinal
        );
        Assert.DoesNotContain("--resume", _cli.Error.ToString(), StringComparison.Ordinal);
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
        Assert.Equal(1, await _cli.RunAsync("run", _recipe, "--resume", "--verbose", "-w", _folder.Path));
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
