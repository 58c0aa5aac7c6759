using System.Text.Json.Nodes;
using SkillFactory.Cli.Tests.Progress;
using SkillFactory.Contracts.Experiments;

namespace SkillFactory.Cli.Tests.Experiments;

public sealed class StateTests : IDisposable
{
    private readonly TestCli _cli = new();

    public StateTests()
    {
        _cli.System.Phase = ExperimentPhase.Running;
        _cli.System.Stages = [SampleEvents.Stage("1/rl/grpo", StagePhase.Running), SampleEvents.Stage("1/rl/evaluate", StagePhase.Pending)];
        _cli.System.Others.Add(new CatalogEntry("paused-1", "paused", ExperimentPhase.Paused, default, "/runs/paused-1"));
    }

    public void Dispose() => _cli.Dispose();

    [Theory]
    [InlineData(true, "running")]
    [InlineData(false, "interrupted")]
    public async Task What_no_process_runs_is_interrupted(bool runsStages, string state)
    {
        _cli.System.RunsStages = runsStages;
        Assert.Equal(0, await _cli.RunAsync("experiments", "list"));
        Assert.Equal(["paused", state], [.. RowsOf("paused-1", "demo-12345678").Select(words => words[2])]);

        Assert.Equal(0, await _cli.RunAsync("experiments", "show", "demo"));
        Assert.Contains($"demo-12345678  {state}  submitted", _cli.Out.ToString(), StringComparison.Ordinal);
        Assert.Equal([state, "pending"], [.. RowsOf("1/rl/grpo", "1/rl/evaluate").Select(words => words[1])]);
    }

    [Theory]
    [InlineData(true, "running")]
    [InlineData(false, "interrupted")]
    public async Task The_JSON_says_the_same_states(bool runsStages, string state)
    {
        _cli.System.RunsStages = runsStages;
        Assert.Equal(0, await _cli.RunAsync("experiments", "show", "demo", "--json"));
        var shown = JsonNode.Parse(_cli.Out.ToString())!;
        Assert.Equal(state, (string?)shown["state"]);
        Assert.Equal([state, "pending"], shown["stages"]!.AsArray().Select(s => (string)s!["state"]!));

        _cli.Out.GetStringBuilder().Clear();
        Assert.Equal(0, await _cli.RunAsync("experiments", "list", "--json"));
        var listed = JsonNode.Parse(_cli.Out.ToString())!["experiments"]!.AsArray();
        Assert.Equal(
            ((string[])["paused", state]).Order(StringComparer.Ordinal),
            listed.Select(e => (string)e!["state"]!).Order(StringComparer.Ordinal)
        );
    }

    /// <summary>The words of the rows that begin with these.</summary>
    private IEnumerable<string[]> RowsOf(params string[] first) =>
        first.Select(name =>
            _cli.Out.ToString()
                .Split('\n')
                .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
                .First(words => words.Length > 1 && words[0] == name)
        );
}
