using SkillFactory.Core.Recipes;
using SkillFactory.Core.YamlBinding;
using SkillFactory.Engine.Pretraining;

namespace SkillFactory.Cli.Pretraining;

/// <inheritdoc/>
internal sealed class EnginePretrainer : IPretrainer
{
    public async Task<string> RunAsync(
        string recipe,
        string? output,
        bool resume,
        IProgress<PretrainingProgress> progress,
        CancellationToken cancellationToken
    )
    {
        var settings = StrictYaml.Read<PretrainRecipe>(recipe);
        var beside = Path.GetDirectoryName(Path.GetFullPath(recipe))!;
        var folder = Path.GetFullPath(output ?? Path.Combine(beside, settings.Output));
        settings = settings with { Start = settings.Start is { } start ? Path.GetFullPath(start, beside) : null };
        await Pretrainer.RunAsync(settings, Path.GetFileName(recipe), folder, resume, new Adapter(progress), cancellationToken);
        return folder;
    }

    /// <summary>Converts the engine's progress. The engine reports a loss of 0 with each note; that is no loss.</summary>
    private sealed class Adapter(IProgress<PretrainingProgress> progress) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) =>
            progress.Report(
                new PretrainingProgress(value.Note, value.Step, value.Steps, value.Tokens, value.Note.Length == 0 ? value.Loss : null)
            );
    }
}
