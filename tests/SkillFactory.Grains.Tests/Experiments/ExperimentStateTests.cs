using SkillFactory.Contracts.Experiments;
using SkillFactory.Core.Artifacts;
using SkillFactory.Grains.Experiments;
using SkillFactory.Grains.State;

namespace SkillFactory.Grains.Tests.Experiments;

public sealed class ExperimentStateTests
{
    [Fact]
    public void The_stored_form_does_not_change_unnoticed()
    {
        var golden = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "State", "Golden", "experiment.v1.json")).TrimEnd('\n');
        var serializer = new StateEnvelopeSerializer();
        var state = serializer.Deserialize<ExperimentState>(new BinaryData(golden));
        Assert.Equal(golden, serializer.Serialize(state).ToString());
        Assert.Equal(ExperimentPhase.Failed, state.Phase);
        Assert.Equal(new StageState(StagePhase.Failed, "k2", 0.25), state.Stages["b"]);
        Assert.Equal(new PendingEffect(EffectKind.Dataset, "k2", new ArtifactRef("d", 30, "x"), 0), state.Effects[0]);
        Assert.Equal("runs/e", state.Submitted!.OutputFolder);
    }

    [Fact]
    public void A_command_counts_once_and_old_ones_are_forgotten()
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
