using SkillFactory.Contracts.Experiments;
using SkillFactory.Core.Recipes;
using SkillFactory.Dispatch.Submission;
using SkillFactory.Hosting.Embedded;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Hosting.Tests.Embedded;

/// <summary>Questions about a workspace that no process runs are answered from a copy of its state.</summary>
public sealed class WorkspaceClientTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Workspace => Path.Combine(_folder.Path, "runs");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Reading_changes_no_file_and_runs_nothing()
    {
        var id = await LeaveRunningAsync();
        var before = Files();
        await using (var client = await WorkspaceClient.ConnectAsync(Workspace))
        {
            var listed = Assert.Single(await client.Client.GetGrain<IExperimentCatalogGrain>(Tenants.Default).ListAsync(null));
            Assert.Equal((id, ExperimentPhase.Running), (listed.ExperimentId, listed.Phase));
            var experiment = client.Client.GetGrain<IExperimentGrain>(id);
            var status = await experiment.GetStatusAsync();
            Assert.Equal(ExperimentPhase.Running, status.Phase);
            Assert.NotNull(await experiment.GetSubmissionAsync());
            Assert.Empty(await experiment.GetResultsAsync());

            // An experiment that runs changes its state at once.
            await Task.Delay(TimeSpan.FromSeconds(1));
            Assert.Equal(status.Revision, (await experiment.GetStatusAsync()).Revision);
        }

        Assert.Equal(before, Files());
    }

    [Fact]
    public async Task A_file_that_only_its_owner_may_write_is_read()
    {
        await LeaveRunningAsync();
        foreach (var file in Directory.EnumerateFiles(Workspace, "*", SearchOption.AllDirectories).Where(_ => !OperatingSystem.IsWindows()))
        {
            File.SetAttributes(file, FileAttributes.ReadOnly);
        }

        await using var client = await WorkspaceClient.ConnectAsync(Workspace);
        Assert.Single(await client.Client.GetGrain<IExperimentCatalogGrain>(Tenants.Default).ListAsync(null));
    }

    [Fact]
    public async Task The_process_that_runs_the_workspace_is_asked_if_there_is_one()
    {
        await using var system = await StartAsync();
        await using var client = await WorkspaceClient.ConnectAsync(Workspace);
        Assert.Empty(await client.Client.GetGrain<IExperimentCatalogGrain>(Tenants.Default).ListAsync(null));
    }

    [Fact]
    public async Task A_folder_that_is_no_workspace_is_refused_and_left_alone()
    {
        _folder.File("notes.txt", "mine");
        var error = await Assert.ThrowsAsync<UserErrorException>(() => WorkspaceClient.ConnectAsync(_folder.Path));
        Assert.StartsWith($"There is no workspace at {_folder.Path}", error.Message, StringComparison.Ordinal);
        Assert.Equal(["notes.txt"], _folder.Names);
    }

    [Fact]
    public async Task Damaged_state_is_named_by_the_folder_of_the_workspace()
    {
        await LeaveRunningAsync();
        var log = Path.Combine(WorkspaceFolders.State(Workspace), "AOF", "aof.log.0");
        var content = await File.ReadAllBytesAsync(log);
        new Random(1).NextBytes(content);
        await File.WriteAllBytesAsync(log, content);
        var error = await Assert.ThrowsAsync<UserErrorException>(() => WorkspaceClient.ConnectAsync(Workspace));
        Assert.StartsWith(
            $"The experiments' state in {WorkspaceFolders.State(Workspace)} is damaged",
            error.Message,
            StringComparison.Ordinal
        );
    }

    /// <summary>Submits an experiment to a system without workers, which ends while the experiment runs.</summary>
    private async Task<string> LeaveRunningAsync()
    {
        await using var system = await StartAsync();
        var prepared = await new ExperimentSubmission(system.Artifacts).PrepareAsync(Recipe(), id => Path.Combine(Workspace, id));
        await system.Client.GetGrain<IExperimentGrain>(prepared.ExperimentId).SubmitAsync(prepared.Command);
        while ((await system.Client.GetGrain<IExperimentCatalogGrain>(Tenants.Default).ListAsync(null)).Count == 0)
        {
            await Task.Delay(20);
        }

        return prepared.ExperimentId;
    }

    private Task<EmbeddedSystem> StartAsync() =>
        EmbeddedSystem.StartAsync(new EmbeddedOptions { Workspace = Workspace, Roles = ["control"] });

    private Recipe Recipe()
    {
        var model = Directory.CreateDirectory(Path.Combine(_folder.Path, "base")).FullName;
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

    private List<(string, long, DateTime)> Files() =>
        [
            .. new DirectoryInfo(Workspace)
                .EnumerateFileSystemInfos("*", SearchOption.AllDirectories)
                .Select(f => (f.FullName, f is FileInfo file ? file.Length : 0, f.LastWriteTimeUtc))
                .OrderBy(f => f.FullName, StringComparer.Ordinal),
        ];
}
