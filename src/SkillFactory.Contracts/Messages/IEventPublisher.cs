namespace SkillFactory.Contracts.Messages;

/// <summary>Publishes to the bus.</summary>
public interface IEventPublisher
{
    /// <summary>Returns when the bus has accepted the message. Callers that must publish keep the message in their state until then, and
    /// so publish at least once.</summary>
    Task PublishAsync<T>(T message, CancellationToken cancellationToken = default)
        where T : class;
}
