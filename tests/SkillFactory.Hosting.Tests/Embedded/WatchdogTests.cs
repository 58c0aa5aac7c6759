using SkillFactory.Contracts.Compute;
using SkillFactory.Contracts.Experiments;
using SkillFactory.Core.Recipes;
using SkillFactory.Dispatch.Submission;
using SkillFactory.Hosting.Embedded;

namespace SkillFactory.Hosting.Tests.Embedded;

public sealed class WatchdogTests : IDisposable
{
    private readonly TemporaryFolder _workspace = new();

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public async Task An_experiment_that_an_earlier_process_left_running_continues_without_a_call()
    {
        // Without workers, the first batches of the experiment wait in the pool.
        string id;
        await using (var first = await StartAsync())
        {
            var prepared = await new ExperimentSubmission(first.Artifacts).PrepareAsync(Recipe(), _ => _workspace.Path);
            id = prepared.ExperimentId;
            await first.Client.GetGrain<IExperimentGrain>(id).SubmitAsync(prepared.Command);
            await UntilWaitingAsync(first);
        }

        await using var second = await StartAsync();
        await UntilWaitingAsync(second);
        await second.Client.GetGrain<IExperimentGrain>(id).PauseAsync(Guid.NewGuid());
    }

    private Task<EmbeddedSystem> StartAsync() =>
        EmbeddedSystem.StartAsync(
            new EmbeddedOptions
            {
                Workspace = _workspace.Path,
                Roles = ["control"],
                Watchdog = TimeSpan.FromSeconds(1),
            }
        );

    private Recipe Recipe()
    {
        var model = Directory.CreateDirectory(Path.Combine(_workspace.Path, "base")).FullName;
        foreach (var file in (string[])["config.json", "tokenizer.json", "tokenizer_config.json", "model.safetensors"])
        {
            File.WriteAllText(Path.Combine(model, file), "{}");
        }

        return new Recipe
        {
            Name = "left",
            Model = model,
            Train = [new QuestionSource { Task = "multiplication", Level = "2x1" }],
            Evaluation = new EvaluationSettings { Sets = [new QuestionSource { Task = "multiplication", Level = "2x1" }], Questions = 2 },
            Arms = [new ArmSettings { Name = "base" }],
        };
    }

    /// <summary>Waits for a batch in the pool: only an active experiment adds batches.</summary>
    private static async Task UntilWaitingAsync(EmbeddedSystem system)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while ((await system.Client.GetGrain<IComputePoolGrain>("cpu").GetStatusAsync()).Waiting == 0)
        {
            Assert.False(limit.IsCancellationRequested, "the experiment does not continue");
            await Task.Delay(50);
        }
    }
}
