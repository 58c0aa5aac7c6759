using MassTransit;
using MassTransit.UsageTracking;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using SkillFactory.Contracts.Messages;

namespace SkillFactory.Hosting.Bus;

/// <summary>Adds the message bus. Call it after adding the silo: hosted services start in order, and the consumers call grains.</summary>
public static class BusHostingExtensions
{
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(10);

    /// <summary>Adds the bus and <see cref="IEventPublisher"/>.</summary>
    /// <param name="rabbitMq">"amqp://user:password@host/vhost", or null for the in-memory transport.</param>
    /// <param name="consume">Also add the consumers (on control silos).</param>
    public static IServiceCollection AddSkillFactoryBus(this IServiceCollection services, Uri? rabbitMq, bool consume = true)
    {
        services.AddSingleton<IEventPublisher, BusEventPublisher>();
        services.Configure<MassTransitHostOptions>(options =>
        {
            options.WaitUntilStarted = true;
            options.StopTimeout = StopTimeout;
        });
        services.AddMassTransit(bus =>
        {
            bus.SetKebabCaseEndpointNameFormatter();
            if (consume)
            {
                bus.AddConsumer<DatasetReadyConsumer, DatasetReadyConsumerDefinition>();
            }

            if (rabbitMq is null)
            {
                bus.UsingInMemory((context, transport) => transport.ConfigureEndpoints(context));
            }
            else
            {
                bus.UsingRabbitMq(
                    (context, transport) =>
                    {
                        transport.Host(rabbitMq);
                        transport.ConfigureEndpoints(context);
                    }
                );
            }
        });

        // It would report the use of the bus to the library's vendor. The library's own switch yields to an environment variable.
        services.RemoveAll<IUsageTracker>();
        return services;
    }
}
