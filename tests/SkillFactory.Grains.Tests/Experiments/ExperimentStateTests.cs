using SkillFactory.Contracts.Experiments;
using SkillFactory.Core.Artifacts;
using SkillFactory.Grains.Experiments;
using SkillFactory.Grains.State;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Grains.Tests.Experiments;

public sealed class ExperimentStateTests
{
    [Fact]
    public void Experiment_version_1_is_read_and_written_as_in_its_golden_file()
    {
        var golden = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "State", "Golden", "experiment.v1.json")).TrimEnd('\n');
        var state = StateEnvelopeSerializer.Deserialize<ExperimentState>(new BinaryData(golden));
        Assert.Equal(golden, StateEnvelopeSerializer.Serialize(state).ToString());
        Assert.Equal(ExperimentPhase.Failed, state.Phase);
        Assert.Equal(new StageState(StagePhase.Failed, "k2", 0.25), state.Stages["b"]);
        Assert.Equal(new PendingEffect(EffectKind.Dataset, "k2", new ArtifactRef("d", 30, "x"), 0), state.Effects[0]);
        Assert.Equal(new Failure("why", false, "IOException: why", "slot a/cpu/0"), state.Failure);
        Assert.Equal("runs/e", state.Submitted!.OutputFolder);
        Assert.Equal("/models/tiny", state.Submitted.Paths["tiny"]);
    }

    [Fact]
    public void A_command_is_accepted_once_and_old_ids_are_dropped()
    {
        var state = new ExperimentState();
        var first = Guid.NewGuid();
        Assert.True(state.Accept(first));
        Assert.False(state.Accept(first));
        for (var i = 0; i < ExperimentState.CommandsKept; i++)
        {
            state.Accept(Guid.NewGuid());
        }

        Assert.Equal(ExperimentState.CommandsKept, state.Commands.Count);
        Assert.DoesNotContain(first, state.Commands);
    }
}
