using SkillFactory.Core.Recipes;
using SkillFactory.Core.Traces;
using SkillFactory.Grading;

namespace SkillFactory.Core.Tests.Traces;

public class ResponseOpeningTests
{
    [Theory]
    [InlineData("<|im_start|>assistant\n", "")]
    [InlineData("<|im_start|>assistant\n<think>\n", "<think>\n")] // Qwen3 thinking
    [InlineData("<\uff5cAssistant\uff5c><think>\n", "<think>\n")] // DeepSeek R1
    [InlineData("<|im_start|>assistant\n<think>", "<think>")] // Olmo 3
    [InlineData("<|im_start|>assistant\n<think>\n\n</think>\n\n", "")] // Qwen3 without thinking: a whole block
    [InlineData("assistant\n<think>\n\n</think>\n<answer>", "<answer>")]
    [InlineData("assistant\n<think>\n<sample>\n", "<think>\n<sample>\n")]
    [InlineData("assistant\n<think>Okay, ", "<think>Okay, ")]
    [InlineData("assistant\n<reasoning>\n", "")] // no tag of this method
    public void Open_tags_at_the_end_of_a_prompt_belong_to_the_response(string generationPrompt, string opening) =>
        Assert.Equal(opening, ResponseOpening.Of(generationPrompt).Text);

    [Theory]
    [InlineData("", "<think>\n<sample>", "<think>\n<sample>")]
    [InlineData("<think>\n", "<think>\n<sample>", "<sample>")]
    [InlineData("<think>\n", "<think><sample>", "<sample>")]
    [InlineData("<think>", "<think>\n<sample>", "\n<sample>")]
    [InlineData("<think>\n", "\n <think>\n\nyes", "\nyes")]
    [InlineData("<think>Okay, ", "<think>Okay, so", "so")]
    [InlineData("<think>Okay, ", "<think>\n<sample>", "\n<sample>")]
    [InlineData("<think>\n<sample>\n", "<think><sample>1+1", "1+1")]
    [InlineData("<think>\n", "reasoning</think>4", "reasoning</think>4")]
    [InlineData("<think>\n", "<answer>4</answer>", "<answer>4</answer>")]
    [InlineData("<think>\n<sample>", "<think>\nno sample", "<think>\nno sample")]
    [InlineData("<think>\n", "", "")]
    public void A_response_is_written_after_the_tags_that_the_prompt_holds(string opening, string response, string rest) =>
        Assert.Equal(rest, new ResponseOpening(opening).After(response));

    [Theory]
    [InlineData("", "anything", true)]
    [InlineData("<think>\n", "<think>yes", true)]
    [InlineData("<think>\n", "no", false)]
    public void A_response_that_does_not_begin_with_the_opening_is_known(string opening, string response, bool begins) =>
        Assert.Equal(begins, new ResponseOpening(opening).Begins(response));

    [Theory]
    [InlineData("", "<think>a</think>b", "<think>a</think>b")]
    [InlineData("<think>\n", "<think>\na</think>\n\nb", "a\n\nb")]
    [InlineData("<think>\n", "<think>\na", "a")]
    [InlineData("<think>\n", "<think>\n<think>a</think>b</think>", "<think>ab</think>")] // what is left has tags and is dropped
    [InlineData("<think>\n<sample>", "<think>\n<sample>a</sample></think>b", "ab")]
    public void An_attempt_stands_in_a_trace_without_the_block_that_its_prompt_opened(string opening, string response, string content) =>
        Assert.Equal(content, new ResponseOpening(opening).Unwrap(response));

    [Fact]
    public void Attempts_and_reflections_of_a_model_whose_prompt_opens_a_block_make_a_trace()
    {
        var attempt = TraceFixture.Attempt("q", 0, Outcome.Correct, "<think>\n1+1</think> <answer>2</answer>") with
        {
            Opening = "<think>\n",
        };
        var reflection = TraceFixture.Reflection(attempt, 0, "Correct", response: "<think>\nyes</think> <verdict>Correct</verdict>") with
        {
            Opening = "<think>\n",
        };
        var settings = new TraceSettings
        {
            Format = "stop_at_first_correct",
            Layout = "compact",
            FinalAnswer = "last_attempt",
        };
        var (traces, yield) = TraceFixture
            .Builder(settings)
            .Build(new QuestionAttempts("q", null, "u", [TraceAttempt.Of(attempt, [reflection])]));

        var trace = Assert.Single(traces);
        Assert.Equal(
            "<think><sample>1+1 <answer>2</answer></sample><reflect>yes <verdict>Correct</verdict></reflect></think>",
            trace.Response
        );
        Assert.True(ResponseTrace.Parse(trace.Response, truncated: false).IsWellFormed);
        Assert.Equal(1, yield.Traces);
    }

    [Fact]
    public void A_format_that_takes_a_response_as_it_is_keeps_the_opening()
    {
        const string Response = "<think>\n1+1</think> <answer>2</answer>";
        var attempt = TraceFixture.Attempt("q", 0, Outcome.Correct, Response) with { Opening = "<think>\n" };
        var (traces, _) = TraceFixture
            .Builder(new TraceSettings { Format = "as_written", Attempts = 1 })
            .Build(new QuestionAttempts("q", null, "u", [TraceAttempt.Of(attempt, [])]));
        Assert.All(traces, t => Assert.Equal(Response, t.Response));
        Assert.NotEmpty(traces);
    }

    [Fact]
    public void Segments_keep_their_kind_and_loss_behind_the_opening()
    {
        TraceSegment[] segments =
        [
            new("<think>", SegmentKinds.Tag, true),
            new("\n", SegmentKinds.Tag, true),
            new("<sample>\n", SegmentKinds.Tag, true),
            new("wrong", SegmentKinds.Attempt, false),
        ];
        var opening = new ResponseOpening("<think>\n");
        Assert.Equal(segments[2..], opening.After(segments));
        Assert.Equal([new("\n<sample>", "tag", true)], opening.After([new("<think>\n\n<sample>", "tag", true)]));
        Assert.Same(segments, ResponseOpening.None.After(segments));
        Assert.Equal(segments[3..], opening.After(segments[3..]));
    }

    [Fact]
    public void A_continuation_counts_as_a_well_formed_trace_only_with_the_opening()
    {
        const string Continuation =
            "<sample>1+1 <answer>2</answer></sample><reflect>Right. <verdict>Correct</verdict></reflect></think> <answer>2</answer>";
        Assert.False(ResponseTrace.Parse(Continuation, truncated: false).IsWellFormed);

        var read = ResponseTrace.Parse(ResponseOpening.Of("assistant\n<think>\n").Text + Continuation, truncated: false);
        Assert.True(read.IsWellFormed);
        Assert.Equal("1+1 <answer>2</answer>", Assert.Single(read.Attempts).Text);
        Assert.Equal([(true, true)], read.Decisions());

        // What the model writes again is its own mistake.
        Assert.False(ResponseTrace.Parse("<think>\n<think>\n" + Continuation, truncated: false).IsWellFormed);
        Assert.Equal("2", Tags.LastAnswer(read.Response));
    }
}
