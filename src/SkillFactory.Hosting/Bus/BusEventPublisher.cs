using MassTransit;
using SkillFactory.Contracts.Messages;

namespace SkillFactory.Hosting.Bus;

/// <summary>Publishes events to the message bus.</summary>
internal sealed class BusEventPublisher(IBus bus) : IEventPublisher
{
    public Task PublishAsync<T>(T message, CancellationToken cancellationToken = default)
        where T : class => bus.Publish(message, cancellationToken);
}
