using MassTransit;
using Orleans;
using SkillFactory.Contracts.Experiments;
using SkillFactory.Contracts.Messages;

namespace SkillFactory.Hosting.Bus;

/// <summary>Forwards the message to the experiment grain, which starts the learner. The call is idempotent by stage key.</summary>
internal sealed class DatasetReadyConsumer(IGrainFactory grains) : IConsumer<DatasetReady>
{
    public Task Consume(ConsumeContext<DatasetReady> context) =>
        grains
            .GetGrain<IExperimentGrain>(context.Message.ExperimentId)
            .DatasetReadyAsync(context.Message.SftStageKey, context.Message.Dataset);
}

/// <summary>Retries while the grain is temporarily unavailable, e.g. because a silo restarts.</summary>
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
