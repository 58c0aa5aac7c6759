using CsCheck;
using SkillFactory.Core.Traces;
using SkillFactory.Grading;

namespace SkillFactory.Core.Tests.Traces;

/// <summary>Properties of every trace of every format, under any settings.</summary>
public class TracePromiseTests
{
    /// <summary>All formats that write a think block.</summary>
    public static TheoryData<string> Formats => [.. TraceFormats.Names.Where(n => n is not ("rejection" or "as_written"))];

    [Theory]
    [MemberData(nameof(Formats))]
    public void Every_trace_is_valid(string format) =>
        TraceCases
            .Of(format)
            .Sample(
                c =>
                {
                    var (traces, yield) = TraceFixture.Builder(c.Settings, c.Seed).Build(c.Question);
                    Assert.Equal(traces.Count, yield.Traces);
                    Assert.Equal(traces.Count, traces.Select(t => t.Id).Distinct().Count());
                    Assert.True(c.Correct > 0 || traces.Count + yield.TracesShort == 0);
                    Assert.All(traces, t => CheckTrace(c, t));
                },
                iter: 300
            );

    private static void CheckTrace(TraceCase c, SilverTrace trace)
    {
        var attempts = c.Question.Attempts.ToDictionary(a => a.Id);
        var silent = c.Settings.Format == "no_reflection";

        // Attempts are distinct, correctness matches the grade, and there are at most K (algorithm 1: K correct and fewer wrong).
        Assert.Equal(trace.Attempts.Count, trace.Attempts.Distinct().Count());
        Assert.Equal(trace.Attempts.Select(a => attempts[a].Outcome == Outcome.Correct), trace.AttemptCorrect);
        Assert.InRange(trace.Attempts.Count, 1, c.Settings.Format == "algorithm_1" ? (2 * c.K) - 1 : c.K);
        Assert.Equal((c.Question.User, c.Question.System, c.Settings.Format), (trace.User, trace.System, trace.Format));
        if (c.Settings.DistinctVariants || c.Settings.Format == "alternate_method")
        {
            Assert.Equal(trace.Attempts.Count, trace.Attempts.Select(a => attempts[a].Variant).Distinct().Count());
        }

        // Each reflection belongs to the attempt before it and has the right verdict.
        Assert.Equal(silent ? 0 : trace.Attempts.Count, trace.Reflections.Count);
        foreach (var (i, id) in trace.Reflections.Index())
        {
            Assert.Equal(trace.AttemptCorrect[i], attempts[trace.Attempts[i]].Reflections.Single(r => r.Id == id).Verdict);
        }

        // The answer is correct in every format except the one that draws its last attempt from all attempts.
        var answer = trace.Answer ?? (trace.Attempts.Count - 1);
        Assert.True(trace.AttemptCorrect[answer] || c.Settings.Format == "random");
        Assert.Equal(Tags.LastAnswer(attempts[trace.Attempts[answer]].Response.ToString()), Tags.LastAnswer(trace.Response)!.Trim());
        Assert.Equal(c.Settings.FinalAnswer == "last_attempt", trace.Response.EndsWith("</think>", StringComparison.Ordinal));

        // Parsing the response gives back the attempts and reflections that were put into it.
        var parsed = ResponseTrace.Parse(trace.Response, truncated: false);
        var written = trace.Attempts.Concat(c.Settings.Format == "*C*IC" ? [trace.Attempts[answer]] : []);
        Assert.True(parsed.IsWellFormed);
        Assert.Equal(written.Select(a => attempts[a].Response.ToString()), parsed.Attempts.Select(a => a.Text.Trim()));
        Assert.Equal(silent ? [] : trace.AttemptCorrect.Select(correct => (bool?)correct), parsed.Reflections.Select(r => r.Verdict));

        // If wrong attempts are masked, exactly their text carries no loss.
        var wrong = trace.Attempts.Where((_, i) => !trace.AttemptCorrect[i]).Select(a => attempts[a].Response.ToString());
        var restated =
            c.Settings.FinalAnswer == "restated" && !trace.AttemptCorrect[answer]
                ? [Tags.LastAnswer(trace.Response)!.Trim()]
                : Array.Empty<string>();
        Assert.Equal(c.Settings.Loss == "mask_wrong" ? wrong.Concat(restated) : [], trace.Segments.Where(s => !s.Loss).Select(s => s.Text));
        CheckGlue(c, trace);

        // Ranks are present if they were used, and start at 1 in each class.
        Assert.Equal(c.Settings.Selection == "ranked", trace.Ranks is not null);
        Assert.All(trace.Ranks ?? [], r => Assert.InRange(r.Place, 1, Math.Max(c.Correct, c.Wrong)));
    }

    /// <summary>Glue is between attempts and fits the previous one. Some formats end with a phrase.</summary>
    private static void CheckGlue(TraceCase c, SilverTrace trace)
    {
        var phrases = PhraseSet.Resolve(c.Settings.Phrases);
        var glue = trace.Segments.Where(s => s.Kind == SegmentKinds.Glue).Select(s => s.Text.Trim()).ToList();
        var closing = c.Settings.Format switch
        {
            "*C*IC" or "backtrack" => phrases.Backtrack,
            "*CC" or "confirm_twice" => phrases.Confirm,
            _ => null,
        };
        if (closing is not null)
        {
            Assert.Contains(glue[^1], closing);
            glue.RemoveAt(glue.Count - 1);
        }

        Assert.Equal(trace.Attempts.Count - 1, glue.Count);
        Assert.All(glue.Index(), g => Assert.Contains(
                g.Item,
                c.Settings.Format switch
                {
                    "no_reflection" => phrases.Generic,
                    "alternate_method" => phrases.Alternate,
                    _ => (trace.AttemptCorrect[g.Index] ? phrases.Correct : phrases.Incorrect).Concat(phrases.Generic),
                }
            ));
    }
}
