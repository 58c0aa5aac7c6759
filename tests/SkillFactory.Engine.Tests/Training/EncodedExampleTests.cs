using SkillFactory.Core.Traces;
using SkillFactory.Engine.Training;
using SkillFactory.Grading;
using SkillFactory.Primitives.Errors;
using SkillFactory.Tokenization;
using SkillFactory.Tokenization.Templates;

namespace SkillFactory.Engine.Tests.Training;

public class EncodedExampleTests
{
    private static readonly Tokenizer Tokenizer = new(
        TokenizerTrainer.Train(
            ["user assistant Let me try again. Let me try again. It was wrong wrong wrong."],
            new TokenizerTrainingOptions { PlainTokens = Tags.Markup }
        )
    );

    private static readonly ChatTemplate Template = new(ChatMarkup.Template, null, ChatMarkup.TurnEnd);

    private static readonly TrainingExample Example = new(
        "e",
        "Be brief.",
        "Make 100.",
        [
            new("<think>", "tag", true),
            new("<sample>", "tag", true),
            new("12 * 9 wrong..", "attempt", false),
            new("</sample>", "tag", true),
            new(" wro", "glue", true),
            new("ng", "glue", true),
            new("Let me try again.", "attempt", true),
            new("</think>", "tag", true),
        ]
    );

    [Fact]
    public void Tokens_are_prompt_response_and_end_token()
    {
        var encoded = Template.EncodeExample(Tokenizer, Example);
        var prompt = Template.EncodePrompt(Tokenizer, "Be brief.", "Make 100.");

        Assert.Equal(prompt, encoded.Tokens[..prompt.Length]);
        Assert.Equal(Tokenizer.TokenId("<|im_end|>"), encoded.Tokens[^1]);
        Assert.Equal(
            string.Concat(Example.Segments.Select(s => s.Text)) + "<|im_end|>",
            Tokenizer.Decode(encoded.Tokens.AsSpan(prompt.Length))
        );
    }

    [Fact]
    public void Loss_covers_exactly_the_segments_with_loss_and_the_end_token()
    {
        var encoded = Template.EncodeExample(Tokenizer, Example);
        var prompt = Template.EncodePrompt(Tokenizer, "Be brief.", "Make 100.").Length;

        Assert.Equal(encoded.Tokens.Length, encoded.Loss.Length);
        Assert.DoesNotContain(true, encoded.Loss[..prompt]);
        Assert.True(encoded.Loss[^1]);
        var carrying = encoded.Tokens.Where((_, i) => encoded.Loss[i]).ToArray();
        Assert.Equal(string.Concat(Example.Segments.Where(s => s.Loss).Select(s => s.Text)) + "<|im_end|>", Tokenizer.Decode(carrying));
        var without = encoded.Tokens.Where((_, i) => i >= prompt && !encoded.Loss[i]).ToArray();
        Assert.Equal("12 * 9 wrong..", Tokenizer.Decode(without));
    }

    [Fact]
    public void Segments_with_the_same_loss_flag_get_the_ids_of_the_whole_text()
    {
        var all = Example with { Segments = [.. Example.Segments.Select(s => s with { Loss = true })] };
        var prompt = Template.EncodePrompt(Tokenizer, "Be brief.", "Make 100.").Length;

        // " wrong" is one token, so encoding its two segments separately would differ.
        Assert.Single(Tokenizer.Encode(" wrong"));
        Assert.Equal(
            Tokenizer.Encode(string.Concat(all.Segments.Select(s => s.Text)) + "<|im_end|>"),
            Template.EncodeExample(Tokenizer, all).Tokens[prompt..]
        );

        // Here the flag changes only at tags, which does not alter the ids.
        Assert.Equal(Template.EncodeExample(Tokenizer, all).Tokens, Template.EncodeExample(Tokenizer, Example).Tokens);
    }

    [Fact]
    public void No_token_crosses_a_change_of_the_loss_flag()
    {
        var cut = Example with { Segments = [new(" wro", "glue", false), new("ng", "glue", true)] };
        var prompt = Template.EncodePrompt(Tokenizer, "Be brief.", "Make 100.").Length;
        var encoded = Template.EncodeExample(Tokenizer, cut);
        Assert.Equal(
            [.. Tokenizer.Encode(" wro"), .. Tokenizer.Encode("ng"), Tokenizer.TokenId("<|im_end|>")!.Value],
            encoded.Tokens[prompt..]
        );
        Assert.Equal(" wro", Tokenizer.Decode(encoded.Tokens.Where((_, i) => i >= prompt && !encoded.Loss[i]).ToArray()));
    }

    [Theory]
    // The first template writes an end token; the second writes no special token, so that eos counts.
    [InlineData("{% for m in messages %}{{ m.role }}: {{ m.content|trim }}<|endoftext|>{% endfor %}", "<|im_end|>", "<|endoftext|>")]
    [InlineData("{% for m in messages %}{{ m.content }}\n{% endfor %}", "<|im_end|>", "<|im_end|>")]
    public void The_end_token_is_the_one_that_the_template_writes_after_the_response(string template, string eos, string expected) =>
        Assert.Equal(Tokenizer.TokenId(expected), new ChatTemplate(template, null, eos).EndTokenId(Tokenizer));

    [Theory]
    [InlineData(null, "eos_token is not set")]
    [InlineData("<|eot_id|>", "'<|eot_id|>' is not in the vocabulary")]
    public void A_template_without_an_end_token_is_refused(string? eos, string reason) =>
        Assert.Contains(
            reason,
            Assert
                .Throws<UserErrorException>(() => new ChatTemplate("{{ messages[-1].content }}", null, eos).EndTokenId(Tokenizer))
                .Message,
            StringComparison.Ordinal
        );
}
