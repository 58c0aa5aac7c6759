namespace SkillFactory.Contracts.Messages;

/// <summary>The edge to the bus. At least once: a publish that must happen is kept in its grain's state until this returns.</summary>
public interface IEventPublisher
{
    Task PublishAsync<T>(T message, CancellationToken cancellationToken = default)
        where T : class;
}
