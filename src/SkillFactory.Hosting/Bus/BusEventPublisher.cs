using MassTransit;
using SkillFactory.Contracts.Messages;

namespace SkillFactory.Hosting.Bus;

/// <summary>Publishes to the bus, whichever transport it has.</summary>
internal sealed class BusEventPublisher(IBus bus) : IEventPublisher
{
    public Task PublishAsync<T>(T message, CancellationToken cancellationToken = default)
        where T : class => bus.Publish(message, cancellationToken);
}
