namespace SkillFactory.Cli.Pretraining;

/// <summary>Trains a base model from scratch, as the engine does it.</summary>
internal interface IPretrainer
{
    /// <summary>Runs until the model is written, or until cancelled at a step boundary with a checkpoint. Returns the model's folder.</summary>
    /// <param name="output">Folder of the model, or null for the recipe's own.</param>
    /// <exception cref="OperationCanceledException">Stopped; resuming goes on.</exception>
    Task<string> RunAsync(
        string recipe,
        string? output,
        bool resume,
        IProgress<PretrainingProgress> progress,
        CancellationToken cancellationToken
    );
}

/// <summary>Where a pretraining is.</summary>
/// <param name="Phase">What is being done besides training, e.g. "training the tokenizer"; else empty.</param>
/// <param name="Tokens">Tokens trained on so far.</param>
/// <param name="Loss">Mean loss per token; null when it is not training.</param>
internal sealed record PretrainingProgress(string Phase, int Step, int Steps, long Tokens, double? Loss);
