using System.Runtime.CompilerServices;
using System.Text;
using SkillFactory.Core.Recipes;
using SkillFactory.Core.Traces;

namespace SkillFactory.Core.Tests.Traces;

/// <summary>Compares traces with recorded files character by character, so that training data does not change unnoticed. Set
/// UPDATE_GOLDEN=1 to rewrite the files, and review the difference.</summary>
public class GoldenTraceTests
{
    [Theory]
    [InlineData("c-full-lines-restated", "*C_full", "lines", "restated", "all", "standard")]
    [InlineData("c-full-compact-restated", "*C_full", "compact", "restated", "all", "compact")]
    [InlineData("stop-lines-last-masked", "stop_at_first_correct", "lines", "last_attempt", "mask_wrong", "standard")]
    [InlineData("stop-compact-last", "stop_at_first_correct", "compact", "last_attempt", "all", "compact")]
    [InlineData("algorithm-1", "algorithm_1", "lines", "restated", "all", "standard")]
    [InlineData("0c", "0C", "lines", "restated", "all", "standard")]
    [InlineData("c", "*C", "lines", "restated", "all", "standard")]
    [InlineData("c-ic", "*C*IC", "lines", "restated", "mask_wrong", "standard")]
    [InlineData("c-ic-compact-last", "*C*IC", "compact", "last_attempt", "all", "compact")]
    [InlineData("cc", "*CC", "lines", "restated", "all", "standard")]
    [InlineData("random", "random", "lines", "restated", "mask_wrong", "standard")]
    [InlineData("no-reflection", "no_reflection", "lines", "restated", "all", "standard")]
    [InlineData("backtrack", "backtrack", "lines", "restated", "all", "standard")]
    [InlineData("alternate-method", "alternate_method", "lines", "restated", "all", "standard")]
    [InlineData("confirm-twice", "confirm_twice", "lines", "restated", "all", "standard")]
    public void Traces_match_the_golden_files(string name, string format, string layout, string finalAnswer, string loss, string phrases)
    {
        var settings = new TraceSettings
        {
            Format = format,
            Attempts = 3,
            Layout = layout,
            FinalAnswer = finalAnswer,
            Loss = loss,
            Phrases = phrases,
        };
        var (traces, _) = TraceFixture
            .Builder(settings, seed: 7)
            .Build(
                TraceFixture.Question("countdown/3/ab12", correct: 2, wrong: 4, agreeing: 2, variants: format == "alternate_method" ? 4 : 1)
            );
        var text = new StringBuilder();
        foreach (var trace in traces)
        {
            text.Append(
                $"=== {trace.Id} {trace.Format} attempts {string.Join(',', trace.AttemptCorrect.Select(c => c ? "right" : "wrong"))}\n"
            );
            text.Append($"user: {trace.User}\n");
            foreach (var segment in trace.Segments)
            {
                text.Append(
                    $"{(segment.Loss ? '+' : '-')} {segment.Kind, -10} {segment.Text.Replace("\n", "\\n", StringComparison.Ordinal)}\n"
                );
            }
        }

        var path = Path.Combine(Path.GetDirectoryName(Here())!, "Golden", name + ".txt");
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1")
        {
            File.WriteAllText(path, text.ToString());
        }

        Assert.Equal(File.ReadAllText(path), text.ToString());
    }

    /// <summary>The paper's template, written out by hand.</summary>
    [Fact]
    public void The_lines_layout_is_the_papers_template()
    {
        var settings = new TraceSettings { Attempts = 2 };
        var trace = TraceFixture.Builder(settings).Build(TraceFixture.Question("q", 1, 1)).Traces[1];
        var glue = trace.Segments.Single(s => s.Kind == SegmentKinds.Glue).Text.Trim();
        var ending = trace.Segments.Single(s => s.Kind == SegmentKinds.Ending).Text.Trim();
        Assert.Contains(glue, PhraseSet.Standard.Incorrect.Concat(PhraseSet.Standard.Generic));
        Assert.Contains(ending, PhraseSet.Standard.Ending);
        Assert.Equal(
            $"""
            <think>
            <sample>
            try 1: <answer>bad-1</answer>
            </sample>
            <reflect>
            check 1.0: <verdict>Incorrect</verdict>
            </reflect>
            {glue}
            <sample>
            try 0: <answer>good-0</answer>
            </sample>
            <reflect>
            check 0.0: <verdict>Correct</verdict>
            </reflect>
            </think>


            {ending}

            <answer>
            good-0
            </answer>
            """,
            trace.Response
        );
    }

    [Fact]
    public void Phrase_lists_have_no_duplicates_and_no_tags()
    {
        var all = PhraseSet.Standard;
        string[] phrases =
        [
            .. all.Generic,
            .. all.Correct,
            .. all.Incorrect,
            .. all.Ending,
            .. all.Backtrack,
            .. all.Confirm,
            .. all.Alternate,
        ];
        Assert.Equal(70, phrases.Distinct(StringComparer.OrdinalIgnoreCase).Count());
        Assert.All(phrases, p => Assert.DoesNotContain("<", p, StringComparison.Ordinal));
        var compact = PhraseSet.Compact;
        Assert.All(
            [
                .. compact.Generic,
                .. compact.Correct,
                .. compact.Incorrect,
                .. compact.Ending,
                .. compact.Backtrack,
                .. compact.Confirm,
                .. compact.Alternate,
            ],
            p => Assert.DoesNotContain(" ", p, StringComparison.Ordinal)
        );
    }

    private static string Here([CallerFilePath] string path = "") => path;
}
