using System.Reflection;
using System.Text;
using SkillFactory.Contracts.Batches;
using SkillFactory.Contracts.Experiments;
using SkillFactory.Contracts.State;
using SkillFactory.Core.Artifacts;
using SkillFactory.Grains.Batches;
using SkillFactory.Grains.Catalog;
using SkillFactory.Grains.State;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Grains.Tests.State;

public sealed class StateEnvelopeTests
{
    [Fact]
    public void Batch_version_1_is_written_and_read_as_in_its_golden_file()
    {
        var state = new PromptBatchState
        {
            Phase = BatchPhase.Done,
            Spec = new ArtifactRef("aa", 12, "application/json"),
            Executions = 4,
            FailedExecutions = [2],
            EarlierExecutions = 1,
            Outcome = new BatchOutcome(new ArtifactRef("bb", 99, "application/x-jsonlines+gzip"), 64, 12345, 678, 1.25),
            Failure = new Failure("why", IsUserError: true, "IOException: why", "slot a/cpu/0"),
        };
        Assert.Equal(Golden("batch.v1.json"), StateEnvelopeSerializer.Serialize(state).ToString());
        var read = StateEnvelopeSerializer.Deserialize<PromptBatchState>(new BinaryData(Golden("batch.v1.json")));
        Assert.Equivalent(state, read, strict: true);
    }

    [Fact]
    public void Catalog_version_1_is_written_and_read_as_in_its_golden_file()
    {
        var state = new CatalogState
        {
            Entries =
            {
                ["quickstart-1"] = new CatalogEntry(
                    "quickstart-1",
                    "quickstart",
                    ExperimentPhase.Completed,
                    new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero),
                    "/runs/quickstart-1"
                ),
            },
        };
        Assert.Equal(Golden("catalog.v1.json"), StateEnvelopeSerializer.Serialize(state).ToString());
        Assert.Equal(state.Entries, StateEnvelopeSerializer.Deserialize<CatalogState>(new BinaryData(Golden("catalog.v1.json"))).Entries);
    }

    [Fact]
    public void State_of_newer_code_is_refused_with_both_versions()
    {
        var error = Assert.Throws<StateFormatException>(() =>
            StateEnvelopeSerializer.Deserialize<Sample>(new BinaryData("""{"v":4,"data":{"name":"x"}}"""))
        );
        Assert.Contains("version 4", error.Message, StringComparison.Ordinal);
        Assert.Contains("1 to 3", error.Message, StringComparison.Ordinal);
        Assert.Contains(nameof(Sample), error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Older_versions_are_read() =>
        Assert.Equal("x", StateEnvelopeSerializer.Deserialize<Sample>(new BinaryData("""{"v":1,"data":{"name":"x"}}""")).Name);

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("""{"v":"1","data":{}}""")]
    [InlineData("""{"v":0,"data":{}}""")]
    [InlineData("""{"v":1,"data":null}""")]
    [InlineData("""{"v":1,"data":{"nmae":"x"}}""")]
    [InlineData("not json")]
    public void Other_formats_are_refused(string text) =>
        Assert.Throws<StateFormatException>(() => StateEnvelopeSerializer.Deserialize<Sample>(new BinaryData(text)));

    [Fact]
    public void State_without_a_version_is_refused()
    {
        Assert.ThrowsAny<Exception>(() => StateEnvelopeSerializer.Serialize(new Unversioned()));
        Assert.ThrowsAny<Exception>(() => StateEnvelopeSerializer.Deserialize<Unversioned>(new BinaryData("""{"v":1,"data":{}}""")));
    }

    [Fact]
    public void Every_grain_state_has_a_version_and_a_golden_file_for_each()
    {
        var states = typeof(StateEnvelopeSerializer)
            .Assembly.GetTypes()
            .SelectMany(t => t.GetConstructors(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance))
            .SelectMany(c => c.GetParameters())
            .Select(p => (Attribute: p.GetCustomAttribute<PersistentStateAttribute>(), p.ParameterType))
            .Where(p => p.Attribute is not null)
            .Select(p => (p.Attribute!.StateName, State: p.ParameterType.GetGenericArguments()[0]))
            .ToList();
        Assert.NotEmpty(states);
        Assert.All(states, s =>
        {
            var version = s.State.GetCustomAttribute<StateVersionAttribute>();
            Assert.True(version is not null, $"{s.State} has no [StateVersion]");
            for (var v = 1; v <= version.Version; v++)
            {
                Assert.True(File.Exists(GoldenPath($"{s.StateName}.v{v}.json")), $"no golden file {s.StateName}.v{v}.json for {s.State}");
            }
        });
    }

    private static string GoldenPath(string name) => Path.Combine(AppContext.BaseDirectory, "State", "Golden", name);

    private static string Golden(string name) => File.ReadAllText(GoldenPath(name), Encoding.UTF8).TrimEnd('\n');

    [StateVersion(3)]
    private sealed class Sample
    {
        public string Name { get; set; } = "";
    }

    private sealed class Unversioned
    {
        public string Name { get; set; } = "";
    }
}
