using System.Collections.Concurrent;
using Orleans.Runtime;
using SkillFactory.Contracts.Experiments;
using SkillFactory.Contracts.Messages;
using SkillFactory.Contracts.Training;
using SkillFactory.Core.Planning;
using SkillFactory.Core.Recipes;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Grains.Tests.Experiments;

/// <summary>Runs that are paused, fail, lose messages or lose their grain produce the same results as an undisturbed run, and repeat no
/// finished work.</summary>
public sealed class InterruptedRunTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(7)]
    [InlineData(14)]
    public async Task A_run_paused_between_batches_has_the_same_results(int batches)
    {
        var expected = await Undisturbed.Value;
        await using var system = await TestSystem.StartAsync(replicas: 1);
        system.Script.HoldAfterBatches = batches;
        var experiment = await system.SubmitAsync(TestSystem.Recipe());
        await system.Script.Held;
        var pause = Guid.NewGuid();
        Assert.Equal(ExperimentPhase.Paused, (await experiment.PauseAsync(pause)).Phase);
        Assert.Equal(ExperimentPhase.Paused, (await TestSystem.RestAsync(experiment)).Phase);
        system.Script.Open();

        Assert.Equal(ExperimentPhase.Running, (await experiment.ResumeAsync(Guid.NewGuid())).Phase);

        // A command that comes again changes nothing.
        await experiment.PauseAsync(pause);
        await AssertSameAsync(expected, experiment, system);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(8)]
    public async Task A_run_that_loses_its_grain_between_batches_has_the_same_results(int batches)
    {
        var expected = await Undisturbed.Value;
        await using var system = await TestSystem.StartAsync(replicas: 1);
        system.Script.HoldAfterBatches = batches;
        var experiment = await system.SubmitAsync(TestSystem.Recipe());
        await system.Script.Held;
        await TestSystem.ForgetAsync(experiment);
        system.Script.Open();
        await AssertSameAsync(expected, experiment, system);
    }

    [Theory]
    [InlineData("sft")]
    [InlineData("grpo")]
    public async Task A_run_that_loses_its_grain_and_learner_during_training_has_the_same_results(string kind)
    {
        var expected = await Undisturbed.Value;
        await using var system = await TestSystem.StartAsync();
        system.Script.HoldTraining = kind;
        var experiment = await system.SubmitAsync(TestSystem.Recipe());
        await system.Script.Held;
        await TestSystem.ForgetAsync(experiment);
        await TestSystem.ForgetAsync(system.Client.GetGrain<ILearnerGrain>((await experiment.GetStatusAsync()).ExperimentId));
        system.Script.Open();
        await AssertSameAsync(expected, experiment, system);
    }

    [Theory]
    [InlineData("sft")]
    [InlineData("grpo")]
    public async Task A_run_paused_during_training_stops_the_learner_and_has_the_same_results(string kind)
    {
        var expected = await Undisturbed.Value;
        await using var system = await TestSystem.StartAsync();
        system.Script.HoldTraining = kind;
        var experiment = await system.SubmitAsync(TestSystem.Recipe());
        await system.Script.Held;
        await experiment.PauseAsync(Guid.NewGuid());
        var paused = await TestSystem.RestAsync(experiment);
        Assert.DoesNotContain(paused.Stages, s => s.Phase == StagePhase.Running);
        Assert.False((await system.Client.GetGrain<ILearnerGrain>(paused.ExperimentId).GetStatusAsync()).Running);
        system.Script.Open();
        await experiment.ResumeAsync(Guid.NewGuid());
        await AssertSameAsync(expected, experiment, system);
    }

    [Fact]
    public async Task A_dataset_announcement_may_be_lost_or_delivered_twice()
    {
        await using var system = await TestSystem.StartAsync();
        system.Script.DatasetsLost = 2;
        system.Script.DatasetDeliveries = 3;
        await system.RunAsync(TestSystem.Recipe());
        Assert.Equal(3, system.Script.Published.OfType<DatasetReady>().Count());
        Assert.Single(system.Script.Trained, t => t.Kind == "sft");
    }

    [Fact]
    public async Task A_learner_that_finishes_during_a_status_check_is_not_started_again()
    {
        await using var system = await TestSystem.StartAsync();
        system.Script.HoldTraining = "sft";
        var experiment = await system.SubmitAsync(TestSystem.Recipe());
        await system.Script.Held;
        system.Script.StatusGate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await TestSystem.UntilAsync(() => Task.FromResult(!system.Script.StatusesHeld.IsEmpty), "the learner's status is checked");
        system.Script.Open();
        await TestSystem.UntilAsync(
            async () => (await experiment.GetStatusAsync()).Stages.Single(s => s.Kind == "sft").Phase == StagePhase.Done,
            "the stage is done"
        );

        // The answer "not running" arrives after the end of the stage.
        var gate = system.Script.StatusGate;
        system.Script.StatusGate = null;
        gate.SetResult();
        Assert.Equal(ExperimentPhase.Completed, (await TestSystem.RestAsync(experiment)).Phase);
        Assert.Single(system.Script.Trained, t => t.Kind == "sft");
    }

    [Fact]
    public async Task Calls_are_repeated_until_unreachable_grains_answer()
    {
        var expected = await Undisturbed.Value;
        await using var system = await TestSystem.StartAsync();
        var calls = new ConcurrentDictionary<string, int>();
        var failing = new Dictionary<string, Exception>
        {
            ["IPromptBatchGrain.DefineAsync"] = new TimeoutException("no reply within 30 s"),
            ["IPromptBatchGrain.WaitAsync"] = new SiloUnavailableException("the silo is gone"),
            ["IComputePoolGrain.EnqueueAsync"] = new OrleansException("no silo is compatible"),
            ["ILearnerGrain.StartAsync"] = new SiloUnavailableException("the silo is gone"),
            ["ILearnerGrain.GetStatusAsync"] = new TimeoutException("no reply within 30 s"),
        };
        system.Script.Fault = method =>
        {
            // The first two calls of each.
            var name = $"{method.DeclaringType!.Name}.{method.Name}";
            return failing.TryGetValue(name, out var fault) && calls.AddOrUpdate(name, 1, (_, n) => n + 1) <= 2 ? fault : null;
        };
        var experiment = await system.SubmitAsync(TestSystem.Recipe());
        var waiting = new HashSet<string>();
        await foreach (var happened in experiment.WatchAsync(0))
        {
            waiting.Add(happened.Stage?.Progress?.Waiting ?? "");
        }

        await AssertSameAsync(expected, experiment, system);
        Assert.All(failing.Keys, name => Assert.True(calls.GetValueOrDefault(name) > 2, $"{name} was not tried a third time"));
        Assert.Contains($"batch 0 of {experiment.GetPrimaryKeyString()}, which does not answer", waiting);
        Assert.Contains("the pool 'cpu', which does not answer", waiting);
        Assert.Contains("the learner, which does not answer", waiting);
        Assert.All((await experiment.GetStatusAsync()).Stages, s => Assert.Equal("", s.Progress?.Waiting ?? ""));
    }

    [Fact]
    public async Task A_failed_batch_fails_the_run_with_its_reason_and_origin_and_the_run_can_be_resumed()
    {
        await using var system = await TestSystem.StartAsync();
        system.Script.BatchError = "the tokenizer does not fit the model";
        var experiment = await system.SubmitAsync(TestSystem.Recipe());
        var failed = await TestSystem.RestAsync(experiment);
        Assert.Equal(ExperimentPhase.Failed, failed.Phase);
        var failure = failed.Failure!;
        Assert.Equal("1/base/evaluate-base: the tokenizer does not fit the model", failure.Message);
        Assert.Equal("UserErrorException: the tokenizer does not fit the model", failure.Cause);
        Assert.StartsWith("slot test/cpu/", failure.Origin, StringComparison.Ordinal);
        Assert.True(failure.IsUserError);
        Assert.Equal(StagePhase.Failed, failed.Stages[0].Phase);

        system.Script.BatchError = null;
        await experiment.ResumeAsync(Guid.NewGuid());
        var completed = await TestSystem.RestAsync(experiment);
        Assert.Equal((ExperimentPhase.Completed, null), (completed.Phase, completed.Failure));
    }

    [Fact]
    public async Task A_learner_that_gives_up_fails_the_run_with_its_reason()
    {
        await using var system = await TestSystem.StartAsync();
        system.Script.TrainingError = "the numerical contract does not hold";
        var experiment = await system.SubmitAsync(TestSystem.Recipe());
        var failed = await TestSystem.RestAsync(experiment);
        Assert.Equal(
            ("1/rl-only/grpo: the numerical contract does not hold", false),
            (failed.Failure?.Message, failed.Failure?.IsUserError)
        );

        system.Script.TrainingError = null;
        await experiment.ResumeAsync(Guid.NewGuid());
        Assert.Equal(ExperimentPhase.Completed, (await TestSystem.RestAsync(experiment)).Phase);
    }

    [Fact]
    public async Task A_deleted_result_is_produced_again()
    {
        await using var system = await TestSystem.StartAsync();
        var results = await system.RunAsync(TestSystem.Recipe());
        var asked = system.Script.Answered.Values.Sum();
        var sample = results.First(r => r.Stage == "sample").Result;
        await system.Store.DeleteAsync(sample.Outputs["rollouts"]);

        var again = await system.RunAsync(TestSystem.Recipe("again"));
        Assert.Equal(["sample"], again.Where(r => !r.Reused).Select(r => r.Stage));
        Assert.Equal(ExperimentRunTests.Content(results), ExperimentRunTests.Content(again));
        Assert.Equal(asked + sample.Counts["prompts"], system.Script.Answered.Values.Sum());
    }

    [Fact]
    public async Task A_damaged_result_is_named_and_produced_again_once_deleted()
    {
        var expected = await Undisturbed.Value;
        await using var system = await TestSystem.StartAsync();
        system.Script.HoldTraining = "sft";
        var experiment = await system.SubmitAsync(TestSystem.Recipe());
        await system.Script.Held;
        await experiment.PauseAsync(Guid.NewGuid());
        await TestSystem.RestAsync(experiment);
        var sample = (await experiment.GetResultsAsync()).Single(r => r.Stage == "sample").Result;
        var traces = (await experiment.GetResultsAsync()).Single(r => r.Stage == "traces").Result;
        await system.Store.DeleteAsync(traces.Outputs["traces"]);
        var damaged = await system.Store.GetLocalPathAsync(sample.Outputs["rollouts"]);
        var content = await File.ReadAllBytesAsync(damaged);
        content[content.Length / 2] ^= 1;
        await File.WriteAllBytesAsync(damaged, content);
        system.Script.Open();

        await experiment.ResumeAsync(Guid.NewGuid());
        var failed = await TestSystem.RestAsync(experiment);
        Assert.True(failed.Failure!.IsUserError);
        Assert.StartsWith($"1/skillfactory/traces: The artifact {damaged} is damaged", failed.Failure.Message, StringComparison.Ordinal);

        File.Delete(damaged);
        await experiment.ResumeAsync(Guid.NewGuid());
        Assert.Equal(ExperimentPhase.Completed, (await TestSystem.RestAsync(experiment)).Phase);
        Assert.Equal(ExperimentRunTests.Content(expected), ExperimentRunTests.Content(await experiment.GetResultsAsync()));
    }

    [Fact]
    public async Task Resuming_a_completed_run_produces_a_deleted_result_again()
    {
        await using var system = await TestSystem.StartAsync();
        var experiment = await system.SubmitAsync(TestSystem.Recipe());
        await TestSystem.RestAsync(experiment);
        var results = await experiment.GetResultsAsync();
        Assert.Equal(ExperimentPhase.Completed, (await experiment.ResumeAsync(Guid.NewGuid())).Phase);

        await system.Store.DeleteAsync(results.First(r => r.Stage == "reflect").Result.Outputs["rollouts"]);
        Assert.Equal(ExperimentPhase.Running, (await experiment.ResumeAsync(Guid.NewGuid())).Phase);
        Assert.Equal(ExperimentPhase.Completed, (await TestSystem.RestAsync(experiment)).Phase);
        Assert.Equal(ExperimentRunTests.Content(results), ExperimentRunTests.Content(await experiment.GetResultsAsync()));
    }

    [Theory]
    [InlineData(5, null)]
    [InlineData(null, "sft")]
    public async Task A_run_that_loses_its_grain_continues_without_a_call(int? batches, string? training)
    {
        await using var system = await TestSystem.StartAsync();
        (system.Script.HoldAfterBatches, system.Script.HoldTraining) = (batches, training);
        var experiment = await system.SubmitAsync(TestSystem.Recipe());
        await system.Script.Held;
        await TestSystem.ForgetAsync(experiment);
        if (training is not null)
        {
            // Its end would activate the experiment too.
            await TestSystem.ForgetAsync(system.Client.GetGrain<ILearnerGrain>(experiment.GetPrimaryKeyString()));
        }

        system.Script.Open();
        var catalog = system.Client.GetGrain<IExperimentCatalogGrain>(Tenants.Default);
        await TestSystem.UntilAsync(
            async () => (await catalog.ListAsync(null)).Single().Phase == ExperimentPhase.Completed,
            "the catalog has it as completed"
        );
    }

    [Fact]
    public async Task Only_a_running_experiment_has_a_reminder()
    {
        await using var system = await TestSystem.StartAsync();
        system.Script.HoldAfterBatches = 3;
        var experiment = await system.SubmitAsync(TestSystem.Recipe());
        await system.Script.Held;
        Assert.Equal(1, await system.RemindersAsync(experiment));
        await experiment.PauseAsync(Guid.NewGuid());
        await TestSystem.UntilAsync(async () => await system.RemindersAsync(experiment) == 0, "a paused run has no reminder");
        await experiment.ResumeAsync(Guid.NewGuid());
        Assert.Equal(1, await system.RemindersAsync(experiment));
        system.Script.Open();
        Assert.Equal(ExperimentPhase.Completed, (await TestSystem.RestAsync(experiment)).Phase);
        await TestSystem.UntilAsync(async () => await system.RemindersAsync(experiment) == 0, "a completed run has no reminder");
    }

    [Fact]
    public async Task A_cancelled_run_stays_cancelled()
    {
        await using var system = await TestSystem.StartAsync();
        system.Script.HoldAfterBatches = 1;
        var experiment = await system.SubmitAsync(TestSystem.Recipe());
        await system.Script.Held;
        await experiment.CancelAsync(Guid.NewGuid());
        system.Script.Open();
        Assert.Equal(ExperimentPhase.Cancelled, (await TestSystem.RestAsync(experiment)).Phase);
        var error = await Assert.ThrowsAsync<UserErrorException>(() => experiment.ResumeAsync(Guid.NewGuid()));
        Assert.Contains("was cancelled", error.Message);
        Assert.Equal(ExperimentPhase.Cancelled, (await experiment.PauseAsync(Guid.NewGuid())).Phase);
    }

    [Fact]
    public async Task A_submission_can_be_repeated_but_not_with_another_recipe()
    {
        await using var system = await TestSystem.StartAsync();
        system.Script.HoldAfterBatches = 0;
        var prepared = await system.PrepareAsync(TestSystem.Recipe());
        var experiment = system.Experiment(prepared);
        await experiment.SubmitAsync(prepared.Command);
        Assert.Equal(ExperimentPhase.Running, (await experiment.SubmitAsync(prepared.Command)).Phase);
        Assert.Equal(prepared.ExperimentId, (await system.PrepareAsync(TestSystem.Recipe())).ExperimentId);

        var other = await system.PrepareAsync(TestSystem.Recipe() with { Seeds = [2] });
        Assert.NotEqual(prepared.ExperimentId, other.ExperimentId);
        var error = await Assert.ThrowsAsync<UserErrorException>(() => experiment.SubmitAsync(other.Command));
        Assert.Contains("exists already", error.Message);
    }

    [Fact]
    public async Task An_unknown_experiment_cannot_be_resumed()
    {
        await using var system = await TestSystem.StartAsync(replicas: 0);
        var nothing = system.Client.GetGrain<IExperimentGrain>("nothing");
        Assert.Equal(ExperimentPhase.None, (await nothing.GetStatusAsync()).Phase);
        Assert.Equal(
            "there is no experiment nothing",
            (await Assert.ThrowsAsync<UserErrorException>(() => nothing.ResumeAsync(Guid.NewGuid()))).Message
        );
    }

    [Theory]
    [InlineData("multiplicaton", "did you mean 'multiplication'")]
    public async Task A_recipe_with_an_unknown_task_is_refused_before_anything_runs(string task, string message)
    {
        await using var system = await TestSystem.StartAsync(replicas: 0);
        var recipe = TestSystem.Recipe() with { Train = [new QuestionSource { Task = task, Level = "2x1" }] };
        Assert.Contains(message, (await Assert.ThrowsAsync<UserErrorException>(() => system.PrepareAsync(recipe))).Message);
    }

    private static readonly Lazy<Task<IReadOnlyList<ArmStageResult>>> Undisturbed = new(async () =>
    {
        await using var system = await TestSystem.StartAsync();
        return await system.RunAsync(TestSystem.Recipe());
    });

    /// <summary>The run completes with the expected artifacts, and each prompt was answered once.</summary>
    private static async Task AssertSameAsync(IReadOnlyList<ArmStageResult> expected, IExperimentGrain experiment, TestSystem system)
    {
        var status = await TestSystem.RestAsync(experiment);
        Assert.True(status.Phase == ExperimentPhase.Completed, status.Failure?.Message);
        var results = await experiment.GetResultsAsync();
        Assert.Equal(ExperimentRunTests.Content(expected), ExperimentRunTests.Content(results));
        Assert.Equal(
            expected.DistinctBy(r => r.Result.Key).Sum(r => r.Result.Counts.GetValueOrDefault("prompts")),
            system.Script.Answered.Values.Sum()
        );
        Assert.All(results, r => Assert.False(r.Reused));
    }
}
