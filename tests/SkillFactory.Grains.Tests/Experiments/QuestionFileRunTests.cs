using SkillFactory.Contracts.Experiments;
using SkillFactory.Core.Artifacts;
using SkillFactory.Core.Recipes;
using SkillFactory.Core.Tasks;
using SkillFactory.Dispatch.Submission;

namespace SkillFactory.Grains.Tests.Experiments;

/// <summary>Runs with question files of the user.</summary>
public sealed class QuestionFileRunTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_files_are_stored_with_the_experiment_and_only_their_content_matters()
    {
        await using var system = await TestSystem.StartAsync();
        var (train, test) = (Write("a/train.jsonl", 0, 200), Write("a/test.jsonl", 1000, 20));
        var prepared = await system.PrepareAsync(Recipe(train, test));
        Directory.Delete(Path.Combine(_folder.Path, "a"), recursive: true);

        var experiment = system.Experiment(prepared);
        await experiment.SubmitAsync(prepared.Command);
        var status = await TestSystem.RestAsync(experiment);
        Assert.True(status.Phase == ExperimentPhase.Completed, status.Failure?.Message);

        var results = await experiment.GetResultsAsync();
        var sample = results.First(r => r.Stage == "sample").Result;
        var sampled = await system.Store.ReadAllAsync<Question>(sample.Outputs["questions"]);
        Assert.Equal(12, sampled.Count);
        Assert.All(sampled, q => Assert.InRange(int.Parse(q.Gold), 0, 199));
        var asked = await system.Store.ReadAllAsync<Question>(results.First(r => r.Stage == "evaluate").Result.Outputs["questions"]);
        Assert.Equal(6, asked.Count);
        Assert.All(asked, q => Assert.InRange(int.Parse(q.Gold), 1000, 1019));

        // The same content in other files gives the same experiment; other content gives another one.
        var elsewhere = await system.PrepareAsync(Recipe(Write("b/x", 0, 200), Write("b/y", 1000, 20)));
        Assert.Equal(prepared.ExperimentId, elsewhere.ExperimentId);
        Assert.Equal(prepared.Plan.Nodes.Select(n => n.Id), elsewhere.Plan.Nodes.Select(n => n.Id));
        var other = await system.PrepareAsync(Recipe(Write("b/x", 0, 201), Write("b/y", 1000, 20)));
        Assert.NotEqual(prepared.ExperimentId, other.ExperimentId);
        Assert.Empty(Ids(prepared, "sample").Intersect(Ids(other, "sample")));

        // The base model's evaluation reads only the test file.
        Assert.Equal(Ids(prepared, "evaluate"), Ids(other, "evaluate").Where(Ids(prepared, "evaluate").Contains));

        static IEnumerable<string> Ids(PreparedExperiment experiment, string kind) =>
            experiment.Plan.Nodes.Where(n => n.Kind == kind && n.Inputs.Count == 0).Select(n => n.Id);
    }

    private static Recipe Recipe(string train, string test)
    {
        QuestionSource Source(params (string Key, string Value)[] settings) =>
            new()
            {
                Task = "word_problem",
                Level = "mine",
                Settings = settings.ToDictionary(s => s.Key, s => s.Value),
            };
        var recipe = TestSystem.Recipe();
        return recipe with
        {
            Train = [Source(("file", train))],
            Evaluation = recipe.Evaluation with { Sets = [Source(("testFile", test))], LimitScale = new Dictionary<string, double>() },
        };
    }

    private string Write(string name, int from, int count)
    {
        var path = Path.Combine(_folder.Path, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllLines(
            path,
            Enumerable.Range(from, count).Select(i => $$"""{"question": "What is {{i}} and 0?", "answer": "#### {{i}}"}""")
        );
        return path;
    }
}
