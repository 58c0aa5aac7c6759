using SkillFactory.Core.Randomness;
using SkillFactory.Engine.Sampling.Drawing;
using SkillFactory.Engine.Sampling.Paging;

namespace SkillFactory.Engine.Sampling;

/// <summary>A response that is being generated.</summary>
/// <param name="sequence">Its place and pages.</param>
/// <param name="random">Token t is drawn with the uniform number t.</param>
/// <param name="maxTokens">Its token limit.</param>
/// <param name="seen">Tokens for the repetition penalty; null when it is off.</param>
internal sealed class Response(ResponseSequence sequence, KeyedRandom random, int maxTokens, SeenTokens? seen)
{
    private readonly List<int> _tokens = [];
    private readonly List<float> _logProbs = [];
    private double _entropy;

    public ResponseSequence Sequence => sequence;

    public int Count => _tokens.Count;

    public int LastToken => _tokens[^1];

    public bool IsFull => _tokens.Count >= maxTokens;

    public IReadOnlyList<int> Seen => seen?.Tokens ?? [];

    /// <summary>The last bytes of its text, for stop texts.</summary>
    public List<byte> Tail { get; } = [];

    public double Uniform() => random.Uniform((uint)_tokens.Count);

    public void Add(DrawnToken drawn)
    {
        _tokens.Add(drawn.Token);
        _logProbs.Add(drawn.LogProb);
        _entropy += drawn.Entropy;
        seen?.Add(drawn.Token);
    }

    public GeneratedSequence ToSequence(bool truncated) =>
        new(sequence.Prompt.Request, sequence.Sample, [.. _tokens], [.. _logProbs], _entropy / _tokens.Count, truncated);
}
