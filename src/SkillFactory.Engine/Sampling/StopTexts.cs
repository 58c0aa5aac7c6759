using System.Runtime.InteropServices;
using System.Text;
using SkillFactory.Tokenization;

namespace SkillFactory.Engine.Sampling;

/// <summary>Finds the texts that end a response while its tokens arrive, in the bytes of the tokens; special tokens are no text.</summary>
internal sealed class StopTexts
{
    private readonly Tokenizer _tokenizer;
    private readonly byte[][] _stops;
    private readonly int _kept;

    public StopTexts(Tokenizer tokenizer, IReadOnlyList<string> stops)
    {
        _tokenizer = tokenizer;
        _stops = [.. stops.Select(Encoding.UTF8.GetBytes)];
        _kept = _stops.Max(s => s.Length) - 1;
    }

    /// <summary>Adds a token to the end of a response, of which <paramref name="tail"/> keeps as many bytes as a text can begin
    /// with.</summary>
    /// <returns>Whether a text is complete.</returns>
    public bool Completes(List<byte> tail, int token)
    {
        if (_tokenizer.IsSpecial(token))
        {
            return false;
        }

        tail.AddRange(_tokenizer.TokenBytes(token));
        var bytes = CollectionsMarshal.AsSpan(tail);
        var completes = false;
        foreach (var stop in _stops)
        {
            completes |= bytes.IndexOf(stop) >= 0;
        }

        tail.RemoveRange(0, Math.Max(0, tail.Count - _kept));
        return completes;
    }
}
