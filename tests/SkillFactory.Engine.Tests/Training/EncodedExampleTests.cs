using SkillFactory.Core.Traces;
using SkillFactory.Engine.Models;
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
        var prompt = EncodedPrompt.Of(Template, Tokenizer, "Be brief.", "Make 100.").Tokens;

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
        var prompt = EncodedPrompt.Of(Template, Tokenizer, "Be brief.", "Make 100.").Tokens.Length;

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
        var prompt = EncodedPrompt.Of(Template, Tokenizer, "Be brief.", "Make 100.").Tokens.Length;

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
        var prompt = EncodedPrompt.Of(Template, Tokenizer, "Be brief.", "Make 100.").Tokens.Length;
        var encoded = Template.EncodeExample(Tokenizer, cut);
        Assert.Equal(
            [.. Tokenizer.Encode(" wro"), .. Tokenizer.Encode("ng"), Tokenizer.TokenId("<|im_end|>")!.Value],
            encoded.Tokens[prompt..]
        );
        Assert.Equal(" wro", Tokenizer.Decode(encoded.Tokens.Where((_, i) => i >= prompt && !encoded.Loss[i]).ToArray()));
    }

    [Theory]
    [InlineData("<think>")]
    [InlineData("<think>\n")]
    [InlineData("<think>\n\n")]
    public void A_think_tag_that_the_prompt_opens_is_there_once_and_carries_no_loss(string opening)
    {
        var template = new ChatTemplate(
            ChatMarkup.Template.Replace("assistant\\n'", "assistant\\n' + \"" + opening + "\"", StringComparison.Ordinal),
            null,
            ChatMarkup.TurnEnd
        );
        var prompt = EncodedPrompt.Of(template, Tokenizer, Example.System, Example.User);
        var encoded = template.EncodeExample(Tokenizer, Example);
        var think = Tokenizer.TokenId("<think>")!.Value;

        Assert.Equal(opening, prompt.Opening.Text);
        Assert.EndsWith("<|im_start|>assistant\n" + opening, Tokenizer.Decode(prompt.Tokens), StringComparison.Ordinal);
        Assert.Single(encoded.Tokens, think);
        Assert.Equal(prompt.Tokens, encoded.Tokens[..prompt.Tokens.Length]);
        Assert.True(encoded.BeginsAsPrompt);

        // The rest is what the plain template trains, without its first token.
        var plain = Template.EncodeExample(Tokenizer, Example);
        var start = EncodedPrompt.Of(Template, Tokenizer, Example.System, Example.User).Tokens.Length;
        Assert.Equal(think, plain.Tokens[start]);
        Assert.Equal(plain.Tokens[(start + 1)..], encoded.Tokens[prompt.Tokens.Length..]);
        Assert.Equal(plain.Loss[(start + 1)..], encoded.Loss[prompt.Tokens.Length..]);
        Assert.DoesNotContain(true, encoded.Loss[..prompt.Tokens.Length]);
    }

    [Fact]
    public void A_text_that_does_not_begin_with_the_opened_tag_follows_it_as_it_is()
    {
        var template = new ChatTemplate(
            ChatMarkup.Template.Replace("assistant\\n'", "assistant\\n<think>'", StringComparison.Ordinal),
            null,
            ChatMarkup.TurnEnd
        );
        var encoded = template.EncodeExample(Tokenizer, Example with { Segments = [new("wrong</think>again", "attempt", true)] });
        Assert.EndsWith("assistant\n<think>wrong</think>again<|im_end|>", Tokenizer.Decode(encoded.Tokens), StringComparison.Ordinal);
        Assert.False(encoded.BeginsAsPrompt);
    }

    [Fact]
    public void A_block_that_the_prompt_opens_and_closes_belongs_to_the_prompt()
    {
        var template = new ChatTemplate(
            ChatMarkup.Template.Replace("assistant\\n'", "assistant\\n<think>\\n\\n</think>\\n\\n'", StringComparison.Ordinal),
            null,
            ChatMarkup.TurnEnd
        );
        var plain = Template.EncodeExample(Tokenizer, Example);
        var start = EncodedPrompt.Of(Template, Tokenizer, Example.System, Example.User).Tokens.Length;
        var prompt = EncodedPrompt.Of(template, Tokenizer, Example.System, Example.User);
        Assert.Equal("", prompt.Opening.Text);
        Assert.Equal(plain.Tokens[start..], template.EncodeExample(Tokenizer, Example).Tokens[prompt.Tokens.Length..]);
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
