using System.Text.Json.Serialization;

namespace SkillFactory.Engine.Pretraining.Corpus;

/// <summary>Relative weights of the kinds of attempts; see <see cref="AttemptKind"/>.</summary>
public sealed record AttemptMix
{
    public required double Solution { get; init; }

    public required double Wishful { get; init; }

    public required double WrongNumber { get; init; }

    public required double Random { get; init; }

    /// <summary>In the order of <see cref="AttemptKind"/>.</summary>
    [JsonIgnore]
    public IReadOnlyList<double> Weights => [Solution, Wishful, WrongNumber, Random];
}
