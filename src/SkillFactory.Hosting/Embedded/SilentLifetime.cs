using Microsoft.Extensions.Hosting;

namespace SkillFactory.Hosting.Embedded;

/// <summary>A host that neither listens to Ctrl-C nor greets on the console: both belong to the command around it.</summary>
internal sealed class SilentLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
