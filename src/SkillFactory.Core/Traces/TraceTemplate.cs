using SkillFactory.Core.Randomness;
using SkillFactory.Core.Recipes;
using SkillFactory.Grading;

namespace SkillFactory.Core.Traces;

/// <summary>One attempt of a trace, with its reflection or null in a format without reflections.</summary>
internal sealed record TraceStep(UsableAttempt Attempt, TraceReflection? Reflection);

/// <summary>
/// Writes the response of a trace: <c>think [sample attempt, reflect reflection, glue] … /think</c>, and if the answer is restated, an
/// ending phrase and the answer. Segments separate text with loss from text without.
/// </summary>
internal sealed class TraceTemplate(TraceSettings settings, PhraseSet phrases)
{
    private readonly bool _lines = settings.Layout == RecipeValues.Lines;
    private readonly string _line = LineOf(settings);
    private readonly (string Open, string Close) _think = (Tags.Open(Tags.Think) + LineOf(settings), Tags.Close(Tags.Think));
    private readonly (string Open, string Close) _sample = (
        Tags.Open(Tags.Sample) + LineOf(settings),
        LineOf(settings) + Tags.Close(Tags.Sample) + LineOf(settings)
    );
    private readonly (string Open, string Close) _reflect = (
        Tags.Open(Tags.Reflect) + LineOf(settings),
        LineOf(settings) + Tags.Close(Tags.Reflect) + LineOf(settings)
    );
    private readonly (string Open, string Close) _answer = (
        Tags.Open(Tags.Answer) + LineOf(settings),
        LineOf(settings) + Tags.Close(Tags.Answer)
    );
    private readonly IReadOnlyList<string> _afterCorrect = [.. phrases.Correct, .. phrases.Generic];
    private readonly IReadOnlyList<string> _afterWrong = [.. phrases.Incorrect, .. phrases.Generic];

    public IReadOnlyList<TraceSegment> Write(TraceDraw draw, IReadOnlyList<TraceStep> steps, RandomStream random)
    {
        var segments = new List<TraceSegment>(SegmentsOf(steps.Count));
        void Add(string text, string kind, bool loss = true) => segments.Add(new TraceSegment(text, kind, loss));

        if (draw.Bare)
        {
            Add(steps[0].Attempt.Attempt.Response.Trim(), SegmentKinds.Attempt, HasLoss(steps[0].Attempt));
            return segments;
        }

        Add(_think.Open, SegmentKinds.Tag);
        foreach (var (i, (attempt, reflection)) in steps.Index())
        {
            Sample(attempt);
            if (reflection is { } kept)
            {
                Add(_reflect.Open, SegmentKinds.Tag);
                Add(AttemptFilter.Unwrap(kept.Text), SegmentKinds.Reflection);
                Add(_reflect.Close, SegmentKinds.Tag);
            }

            if (i < steps.Count - 1)
            {
                Add(random.Pick(Between(draw.Glue, attempt)) + _line, SegmentKinds.Glue);
            }
        }

        if (draw.Closing != TraceClosing.LastAttempt)
        {
            Add(random.Pick(draw.Closing == TraceClosing.Confirmed ? phrases.Confirm : phrases.Backtrack) + _line, SegmentKinds.Glue);
        }

        var answered = steps[draw.Answer].Attempt;
        if (draw.Closing == TraceClosing.ReturnedInFull)
        {
            Sample(answered);
        }

        Add(_think.Close, SegmentKinds.Tag);
        if (settings.FinalAnswer == RecipeValues.Restated)
        {
            Add((_lines ? "\n\n\n" : "") + random.Pick(phrases.Ending) + (_lines ? "\n\n" : ""), SegmentKinds.Ending);
            Add(_answer.Open, SegmentKinds.Tag);
            Add(_lines ? answered.Answer.Trim() : answered.Answer, SegmentKinds.Answer, HasLoss(answered));
            Add(_answer.Close, SegmentKinds.Tag);
        }

        return segments;

        void Sample(UsableAttempt attempt)
        {
            Add(_sample.Open, SegmentKinds.Tag);
            Add(attempt.Attempt.Content.Trim(), SegmentKinds.Attempt, HasLoss(attempt));
            Add(_sample.Close, SegmentKinds.Tag);
        }
    }

    /// <summary>Estimated number of segments, used as the initial capacity.</summary>
    private static int SegmentsOf(int steps) => 8 + (7 * steps);

    private static string LineOf(TraceSettings settings) => settings.Layout == RecipeValues.Lines ? "\n" : "";

    private bool HasLoss(UsableAttempt attempt) => attempt.Correct || settings.Loss != RecipeValues.MaskWrong;

    private IReadOnlyList<string> Between(TraceGlue glue, UsableAttempt before) =>
        glue switch
        {
            TraceGlue.Neutral => phrases.Generic,
            TraceGlue.OtherMethod => phrases.Alternate,
            _ => before.Correct ? _afterCorrect : _afterWrong,
        };
}

/// <summary>Values of <see cref="TraceSegment.Kind"/>.</summary>
public static class SegmentKinds
{
    public const string Tag = "tag";
    public const string Attempt = "attempt";
    public const string Reflection = "reflection";
    public const string Glue = "glue";
    public const string Ending = "ending";
    public const string Answer = "answer";
}
