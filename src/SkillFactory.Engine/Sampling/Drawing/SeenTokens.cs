namespace SkillFactory.Engine.Sampling.Drawing;

/// <summary>The different tokens of a prompt and the response so far, for the repetition penalty.</summary>
internal sealed class SeenTokens
{
    private readonly ulong[] _bits;
    private readonly List<int> _tokens = [];

    public SeenTokens(int vocabSize, IEnumerable<int> tokens)
    {
        _bits = new ulong[(vocabSize + 63) / 64];
        foreach (var token in tokens)
        {
            Add(token);
        }
    }

    /// <summary>Each token once, in the order of its first occurrence.</summary>
    public IReadOnlyList<int> Tokens => _tokens;

    public void Add(int token)
    {
        ref var word = ref _bits[token >> 6];
        var bit = 1UL << token;
        if ((word & bit) == 0)
        {
            word |= bit;
            _tokens.Add(token);
        }
    }
}
