using SkillFactory.Core.Traces;
using SkillFactory.Grading;

namespace SkillFactory.Engine.Pretraining.Corpus;

/// <summary>Writes a response whose attempts and reflections stand in the tags of a trace, with the white space of the compact layout:
/// none. Traces add only words between the attempts.</summary>
internal sealed class TaggedAttempts
{
    private readonly List<TraceSegment> _segments = [new(Tags.Open(Tags.Think), SegmentKinds.Tag, Loss: true)];

    /// <summary>States a problem between two attempts. A prompt's text, so it carries no loss.</summary>
    public void State(string question) => _segments.Add(new(question, "question", Loss: false));

    /// <param name="attempt">Text of the attempt.</param>
    /// <param name="reflection">Text of the reflection, in its tags; null for none.</param>
    /// <param name="loss">Whether the attempt carries loss. Its tags and the reflection always do.</param>
    public void Add(string attempt, string? reflection, bool loss)
    {
        _segments.Add(new(Tags.Open(Tags.Sample), SegmentKinds.Tag, Loss: true));
        _segments.Add(new(attempt, SegmentKinds.Attempt, loss));
        _segments.Add(new(Tags.Close(Tags.Sample), SegmentKinds.Tag, Loss: true));
        if (reflection is not null)
        {
            _segments.Add(new(reflection, SegmentKinds.Reflection, Loss: true));
        }
    }

    public IReadOnlyList<TraceSegment> Close()
    {
        _segments.Add(new(Tags.Close(Tags.Think), SegmentKinds.Tag, Loss: true));
        return _segments;
    }
}
