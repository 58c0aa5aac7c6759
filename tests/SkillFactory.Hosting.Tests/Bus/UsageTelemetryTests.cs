using MassTransit;
using MassTransit.UsageTracking;
using Microsoft.Extensions.DependencyInjection;
using SkillFactory.Hosting.Bus;

namespace SkillFactory.Hosting.Tests.Bus;

public class UsageTelemetryTests
{
    /// <summary>The library reports minutes after the start, so that no short run would show it.</summary>
    [Theory]
    [InlineData(null)]
    [InlineData("amqp://guest:guest@127.0.0.1/")]
    public void The_bus_has_no_part_that_reports_its_use_to_the_librarys_vendor(string? rabbitMq)
    {
        Assert.True(Reports(new ServiceCollection().AddMassTransit()));
        Assert.False(Reports(new ServiceCollection().AddSkillFactoryBus(rabbitMq is null ? null : new Uri(rabbitMq))));
    }

    private static bool Reports(IServiceCollection services) => services.Any(s => s.ServiceType == typeof(IUsageTracker));
}
