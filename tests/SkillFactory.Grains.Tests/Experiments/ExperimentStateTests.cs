using SkillFactory.Contracts.Experiments;
using SkillFactory.Core.Artifacts;
using SkillFactory.Grains.Experiments;
using SkillFactory.Grains.Storage;

namespace SkillFactory.Grains.Tests.Experiments;

public sealed class ExperimentStateTests
{
    /// <summary>As version 1 wrote it.</summary>
    private const string Version1 = """{"v":1,"data":{"submitted":{"commandId":"11111111-2222-3333-4444-555555555555","recipe":{"hash":"r","bytes":10,"mediaType":"application/json"},"model":{"hash":"m","bytes":20,"mediaType":"application/json"},"tenant":"default","outputFolder":"runs/e","reuse":true},"name":"e","submittedAt":"2026-01-02T03:04:05+00:00","phase":"Failed","revision":7,"error":"why","stages":{"a":{"phase":"Done","key":"k1","wallSeconds":1.5},"b":{"phase":"Failed","key":"k2","wallSeconds":0.25}},"effects":[{"kind":"Dataset","stage":"k2","artifact":{"hash":"d","bytes":30,"mediaType":"x"},"number":0},{"kind":"Phase","stage":"Failed","number":7}],"commands":["11111111-2222-3333-4444-555555555555"]}}""";

    [Fact]
    public void The_stored_form_does_not_change_unnoticed()
    {
        var serializer = new StateEnvelopeSerializer();
        var state = serializer.Deserialize<ExperimentState>(new BinaryData(Version1));
        Assert.Equal(Version1, serializer.Serialize(state).ToString());
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
