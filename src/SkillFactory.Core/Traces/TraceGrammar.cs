using SkillFactory.Grading;

namespace SkillFactory.Core.Traces;

/// <summary>Reads the tags of a response in order and checks whether they are balanced, correctly nested and in order.</summary>
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
            // At most one think block, before everything else.
            Tags.Think => parent is null && !_thought && !_blockSeen && !_answeredOutside,
            // Blocks are inside the think block, or at the top level if there is none; none follow the final answer.
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
