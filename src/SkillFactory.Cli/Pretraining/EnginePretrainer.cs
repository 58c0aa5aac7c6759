namespace SkillFactory.Cli.Pretraining;

internal sealed class EnginePretrainer : IPretrainer
{
    public Task<string> RunAsync(string recipe, string? output, bool resume, IProgress<PretrainingProgress> progress, CancellationToken cancellationToken) =>
        throw new NotSupportedException();
}
