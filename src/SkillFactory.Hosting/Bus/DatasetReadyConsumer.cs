using MassTransit;
using Orleans;
using SkillFactory.Contracts.Experiments;
using SkillFactory.Contracts.Messages;

namespace SkillFactory.Hosting.Bus;

/// <summary>From the bus to the grain and nothing else: the grain is idempotent by stage key and starts the learner.</summary>
internal sealed class DatasetReadyConsumer(IGrainFactory grains) : IConsumer<DatasetReady>
{
    public Task Consume(ConsumeContext<DatasetReady> context) =>
        grains
            .GetGrain<IExperimentGrain>(context.Message.ExperimentId)
            .DatasetReadyAsync(context.Message.SftStageKey, context.Message.Dataset);
}

/// <summary>A grain that cannot answer for a moment (restart, silo loss) is asked again before the message counts as failed.</summary>
internal sealed class DatasetReadyConsumerDefinition : ConsumerDefinition<DatasetReadyConsumer>
{
    private const int Retries = 5;

    protected override void ConfigureConsumer(
        IReceiveEndpointConfigurator endpointConfigurator,
        IConsumerConfigurator<DatasetReadyConsumer> consumerConfigurator,
        IRegistrationContext context
    ) =>
        endpointConfigurator.UseMessageRetry(retry =>
            retry.Exponential(Retries, TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(20), TimeSpan.FromMilliseconds(500))
        );
}
