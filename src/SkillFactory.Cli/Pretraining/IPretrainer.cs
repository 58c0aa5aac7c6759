namespace SkillFactory.Cli.Pretraining;

/// <summary>Trains a base model from scratch.</summary>
internal interface IPretrainer
{
    /// <summary>Trains and writes the model, and returns its folder. Cancellation stops after a step and writes a checkpoint.</summary>
    /// <param name="output">Folder for the model; null: the folder in the recipe.</param>
    /// <exception cref="OperationCanceledException">Cancelled; <paramref name="resume"/> continues.</exception>
    Task<string> RunAsync(
        string recipe,
        string? output,
        bool resume,
        IProgress<PretrainingProgress> progress,
        CancellationToken cancellationToken
    );
}

/// <summary>Progress of pretraining.</summary>
/// <param name="Phase">The work before and after training, e.g. "training the tokenizer"; empty during training.</param>
/// <param name="Tokens">Training tokens so far.</param>
/// <param name="Loss">Mean loss per token; null outside of training.</param>
internal sealed record PretrainingProgress(string Phase, int Step, int Steps, long Tokens, double? Loss);
