using SkillFactory.Contracts.Experiments;
using SkillFactory.Contracts.Messages;

namespace SkillFactory.Grains.Tests.Experiments;

/// <summary>A bus that delivers dataset announcements to their experiment, as often as the script says.</summary>
internal sealed class LoopbackPublisher(Script script, IGrainFactory grains) : IEventPublisher
{
    public async Task PublishAsync<T>(T message, CancellationToken cancellationToken = default)
        where T : class
    {
        script.Published.Enqueue(message);
        if (message is DatasetReady ready)
        {
            if (script.DatasetsLost > 0)
            {
                script.DatasetsLost--;
                return;
            }

            for (var i = 0; i < script.DatasetDeliveries; i++)
            {
                await grains.GetGrain<IExperimentGrain>(ready.ExperimentId).DatasetReadyAsync(ready.SftStageKey, ready.Dataset);
            }
        }
    }
}
