using SkillFactory.Core.Grading;
using SkillFactory.Core.Randomness;
using SkillFactory.Core.Recipes;
using SkillFactory.Core.Sampling;

namespace SkillFactory.Core.Traces;

/// <summary>One attempt of a trace with the critique chosen for it.</summary>
internal sealed record TraceStep(UsableAttempt Attempt, Rollout Reflection);

/// <summary>
/// Writes the response of a trace: <c>think [sample attempt, reflect critique, glue] … /think</c>, and when the answer is restated an
/// ending phrase and the answer again. Segments keep what carries loss apart from what does not.
/// </summary>
internal sealed class TraceTemplate(TraceSettings settings, PhraseSet phrases)
{
    private readonly bool _lines = settings.Layout == RecipeValues.Lines;
    private readonly IReadOnlyList<string> _afterCorrect = [.. phrases.Correct, .. phrases.Generic];
    private readonly IReadOnlyList<string> _afterWrong = [.. phrases.Incorrect, .. phrases.Generic];

    public IReadOnlyList<TraceSegment> Write(IReadOnlyList<TraceStep> steps, RandomStream random)
    {
        var line = _lines ? "\n" : "";
        var segments = new List<TraceSegment>();
        void Add(string text, string kind, bool loss = true) => segments.Add(new TraceSegment(text, kind, loss));

        Add(Tags.Open(Tags.Think) + line, SegmentKinds.Tag);
        foreach (var (i, (attempt, reflection)) in steps.Index())
        {
            Add(Tags.Open(Tags.Sample) + line, SegmentKinds.Tag);
            Add(attempt.Attempt.Response.Trim(), SegmentKinds.Attempt, attempt.Correct || settings.Loss != RecipeValues.MaskWrong);
            Add(line + Tags.Close(Tags.Sample) + line, SegmentKinds.Tag);
            Add(Tags.Open(Tags.Reflect) + line, SegmentKinds.Tag);
            Add(AttemptFilter.Unwrap(reflection.Response), SegmentKinds.Reflection);
            Add(line + Tags.Close(Tags.Reflect) + line, SegmentKinds.Tag);
            if (i < steps.Count - 1)
            {
                Add(random.Pick(attempt.Correct ? _afterCorrect : _afterWrong) + line, SegmentKinds.Glue);
            }
        }

        Add(Tags.Close(Tags.Think), SegmentKinds.Tag);
        if (settings.FinalAnswer == RecipeValues.Restated)
        {
            var answer = Tags.LastAnswer(steps[^1].Attempt.Attempt.Response)!;
            Add((_lines ? "\n\n\n" : "") + random.Pick(phrases.Ending) + (_lines ? "\n\n" : ""), SegmentKinds.Ending);
            Add(Tags.Open(Tags.Answer) + line, SegmentKinds.Tag);
            Add(_lines ? answer.Trim() : answer, SegmentKinds.Answer);
            Add(line + Tags.Close(Tags.Answer), SegmentKinds.Tag);
        }

        return segments;
    }
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
