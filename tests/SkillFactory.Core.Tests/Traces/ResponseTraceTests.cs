using SkillFactory.Core.Traces;

namespace SkillFactory.Core.Tests.Traces;

public class ResponseTraceTests
{
    private const string Good =
        "<think>\n<sample>\ntry <answer>1</answer>\n</sample>\n<reflect>\nno\n<verdict>\nIncorrect\n</verdict>\n</reflect>\nAgain.\n"
        + "<sample><answer>2</answer></sample><reflect>yes <verdict>Correct</verdict></reflect></think>\n\nSo:\n\n<answer>2</answer>";

    [Fact]
    public void Reads_attempts_and_reflections_in_order()
    {
        var trace = ResponseTrace.Parse(Good, false);
        Assert.True(trace.IsWellFormed);
        Assert.Equal([false, true, false, true], trace.Blocks.Select(b => b.IsReflection));
        Assert.Equal([false, true], trace.Reflections.Select(b => b.Verdict!.Value));
        Assert.Equal([(false, false), (true, true)], trace.Decisions());
    }

    [Theory]
    // The last attempt gives the answer: the response ends with the think block, with nothing between the parts.
    [InlineData("<think><sample><answer>1</answer></sample><reflect><verdict>Correct</verdict></reflect></think>")]
    // No reflections at all; no think block; an answer quoted in a reflection.
    [InlineData("<think><sample><answer>1</answer></sample>hm <sample><answer>1</answer></sample></think>")]
    [InlineData("<sample><answer>1</answer></sample><reflect><answer>1</answer> holds <verdict> CORRECT </verdict></reflect>")]
    // The verdict changes inside one reflection.
    [InlineData("<sample><answer>1</answer></sample><reflect><verdict>Correct</verdict> wait <verdict>Incorrect</verdict></reflect>")]
    public void Well_formed(string response) => Assert.True(ResponseTrace.Parse(response, false).IsWellFormed);

    [Theory]
    [InlineData("")]
    [InlineData("<answer>1</answer>")]
    [InlineData("<think><answer>1</answer></think>")]
    [InlineData("<think><sample>no answer</sample></think>")]
    [InlineData("<think><sample><answer>1</answer></sample>")]
    [InlineData("<sample><answer>1</answer></sample></think>")]
    [InlineData("<think><sample><answer>1</answer></think></sample>")]
    [InlineData("<think><sample><answer>1</answer><sample><answer>2</answer></sample></sample></think>")]
    [InlineData("<think><think><sample><answer>1</answer></sample></think></think>")]
    [InlineData("<think><sample><answer>1</answer></sample></think><think></think>")]
    [InlineData("<think><reflect><verdict>Correct</verdict></reflect><sample><answer>1</answer></sample></think>")]
    [InlineData("<think><sample><answer>1</answer></sample><reflect>fine</reflect></think>")]
    [InlineData("<think><sample><answer>1</answer></sample><reflect><verdict>Maybe</verdict></reflect></think>")]
    [InlineData(
        "<think><sample><answer>1</answer></sample><reflect><verdict>Correct</verdict>"
            + "</reflect><reflect><verdict>Correct</verdict></reflect></think>"
    )]
    [InlineData("<think><sample><answer>1</answer></sample><verdict>Correct</verdict></think>")]
    [InlineData("<think><sample><answer>1</answer></sample></think><answer>1</answer><answer>2</answer>")]
    [InlineData("<think><sample><answer>1</answer></sample></think><answer>1</answer><reflect><verdict>Correct</verdict></reflect>")]
    [InlineData("<think><sample><answer>1</answer></sample></think><sample><answer>1</answer></sample>")]
    [InlineData("<answer>1</answer><sample><answer>1</answer></sample>")]
    [InlineData("<sample><answer>1</answer></sample><think><sample><answer>1</answer></sample></think>")]
    [InlineData("</sample></reflect></think>")]
    public void Malformed_responses_are_detected(string response) => Assert.False(ResponseTrace.Parse(response, false).IsWellFormed);

    [Fact]
    public void A_truncated_response_is_never_well_formed() => Assert.False(ResponseTrace.Parse(Good, true).IsWellFormed);

    [Fact]
    public void The_last_verdict_of_a_truncated_response_is_omitted()
    {
        const string Cut =
            "<sample>a</sample><reflect><verdict>Incorrect</verdict></reflect>"
            + "<sample>b</sample><reflect><verdict>Correct</verdict></reflect> and";
        Assert.Equal([(false, false)], ResponseTrace.Parse(Cut, true).Decisions());
        Assert.Equal([(false, false), (true, true)], ResponseTrace.Parse(Cut, false).Decisions());
        // If the next attempt began before the truncation, the decision is known.
        Assert.Equal([(false, false), (true, false)], ResponseTrace.Parse(Cut + "<sample>c", true).Decisions());
    }

    [Fact]
    public void The_last_of_several_reflections_decides()
    {
        const string Twice =
            "<sample>a</sample><reflect><verdict>Incorrect</verdict></reflect><reflect><verdict>Correct</verdict></reflect>";
        Assert.Equal([(true, true)], ResponseTrace.Parse(Twice, false).Decisions());
        Assert.Equal(
            [(false, false)],
            ResponseTrace
                .Parse("<sample>a</sample><reflect><verdict>Incorrect</verdict></reflect><reflect>?</reflect><sample>b</sample>", false)
                .Decisions()
        );
    }

    [Fact]
    public void A_plain_answer_is_one_attempt_without_tags()
    {
        var trace = ResponseTrace.Parse("3*4 <answer>12</answer>", false);
        Assert.Single(trace.Blocks);
        Assert.False(trace.IsExplicit);
        Assert.Empty(ResponseTrace.Parse("I do not know", false).Blocks);
        // A reflection after a plain answer is still parsed.
        Assert.Equal(
            [false, true],
            ResponseTrace.Parse("<answer>1</answer><reflect><verdict>Correct</verdict></reflect>", false).Blocks.Select(b => b.IsReflection)
        );
    }

    [Fact]
    public void Unclosed_blocks_end_where_the_next_begins()
    {
        var trace = ResponseTrace.Parse("<think><sample>a<reflect>b<sample>c</think> d <sample>e", true);
        Assert.Equal(["a", "b", "c", "e"], trace.Blocks.Select(b => b.Text));
        Assert.Equal([false, false, false, true], trace.Blocks.Select(b => b.Cut));
    }

    [Fact]
    public void Any_sequence_of_tags_can_be_parsed()
    {
        string[] parts =
        [
            "<think>",
            "</think>",
            "<sample>",
            "</sample>",
            "<reflect>",
            "</reflect>",
            "<answer>",
            "</answer>",
            "<verdict>",
            "</verdict>",
            "Correct",
            "<samp",
        ];
        for (long seed = 0; seed < 2000; seed++)
        {
            var stream = Randomness.KeyedRandom.Of(seed, "tags").Stream();
            var text = string.Concat(Enumerable.Range(0, stream.Next(14)).Select(_ => stream.Pick(parts)));
            var trace = ResponseTrace.Parse(text, stream.NextBool(0.5));
            Assert.True(trace.Decisions().Count() <= trace.Reflections.Count());
            if (trace.IsWellFormed)
            {
                // A well-formed response has as many closing as opening tags of each kind.
                Assert.All(Grading.Tags.All, tag =>
                    Assert.Equal(text.Split(Grading.Tags.Open(tag)).Length, text.Split(Grading.Tags.Close(tag)).Length)
                );
            }
        }
    }
}
