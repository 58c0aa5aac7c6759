using Microsoft.Extensions.Hosting;

namespace SkillFactory.Hosting.Embedded;

/// <summary>Ignores Ctrl-C and prints nothing, because the command that contains the host handles the signals and the console.</summary>
internal sealed class NoOpHostLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
