using SkillFactory.Engine.Models;

namespace SkillFactory.Workers.Devices;

/// <summary>A use of weights that others may use too. They do not change until it is disposed of.</summary>
internal sealed class SharedWeights(DecoderWeights weights, RotaryTable rotary, Action release) : IDisposable
{
    private Action? _release = release;

    public DecoderWeights Weights { get; } = weights;

    public RotaryTable Rotary { get; } = rotary;

    public void Dispose() => Interlocked.Exchange(ref _release, null)?.Invoke();
}
