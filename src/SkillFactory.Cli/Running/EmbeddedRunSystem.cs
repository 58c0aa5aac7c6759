namespace SkillFactory.Cli.Running;

internal sealed class EmbeddedRunSystemFactory : IRunSystemFactory
{
    public Task<IRunSystem> StartAsync(string workspace, string device, CancellationToken cancellationToken) => throw new NotSupportedException();
    public Task<IRunSystem> OpenAsync(string workspace, CancellationToken cancellationToken) => throw new NotSupportedException();
}
