using SkillFactory.Grading;

namespace SkillFactory.Core.Traces;

/// <summary>Reads the tags of a response in order and checks whether they are balanced, nested as the method nests them, and in
/// order.</summary>
internal sealed class TraceGrammar
{
    private readonly Stack<string> _open = new();
    private bool _isValid = true;
    private bool _thought;
    private bool _blockSeen;
    private bool _answeredOutside;

    /// <summary>All tags so far are valid and closed.</summary>
    public bool IsComplete => _isValid && _open.Count == 0;

    public void Read(string tag, bool closing)
    {
        if (closing)
        {
            _isValid &= _open.TryPop(out var opened) && opened == tag;
            _thought |= tag == Tags.Think;
            return;
        }

        _open.TryPeek(out var parent);
        _isValid &= tag switch
        {
            // One think block, first of all; nothing but blocks and words in it.
            Tags.Think => parent is null && !_thought && !_blockSeen && !_answeredOutside,
            // Blocks stand in the think block, or side by side where there is none; none after the final answer.
            Tags.Sample or Tags.Reflect => (parent == Tags.Think || (parent is null && !_thought)) && !_answeredOutside,
            Tags.Verdict => parent == Tags.Reflect,
            Tags.Answer => parent is Tags.Sample or Tags.Reflect || (parent is null && !_answeredOutside),
            _ => false,
        };
        _blockSeen |= tag is Tags.Sample or Tags.Reflect;
        _answeredOutside |= tag == Tags.Answer && parent is null;
        _open.Push(tag);
    }
}
