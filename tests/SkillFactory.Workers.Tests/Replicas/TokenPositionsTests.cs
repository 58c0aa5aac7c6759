using SkillFactory.Tokenization;
using SkillFactory.Tokenization.Templates;
using SkillFactory.Workers.Replicas;

namespace SkillFactory.Workers.Tests.Replicas;

public sealed class TokenPositionsTests
{
    private static readonly (Tokenizer Tokenizer, ChatTemplate Template) Base = TokenizerFolder.Load(
        Path.Combine(AppContext.BaseDirectory, "models", "tiny-base")
    );

    [Fact]
    public void Every_prefix_is_covered_by_the_tokens_up_to_its_end()
    {
        const string Text = "12+3=15 ist größer als ½";
        var tokens = Base.Tokenizer.Encode(Text);
        var positions = new TokenPositions(Base.Tokenizer, tokens, Text);
        for (var i = 0; i <= Text.Length; i++)
        {
            var count = positions.TokensTo(i);
            Assert.StartsWith(Text[..i], Base.Tokenizer.Decode(tokens.AsSpan(0, count)), StringComparison.Ordinal);
            Assert.True(count == 0 || !Base.Tokenizer.Decode(tokens.AsSpan(0, count - 1)).StartsWith(Text[..i], StringComparison.Ordinal));
        }

        Assert.Equal(tokens.Length, positions.TokensTo(Text.Length));
    }

    [Fact]
    public void Attempts_end_with_their_closing_tags()
    {
        const string First = "<sample>1+1</sample>";
        const string Response = First + "<reflect><verdict>Incorrect</verdict></reflect><sample>2+2</sample>";
        var tokens = Base.Tokenizer.Encode(Response);
        var ends = AttemptEnds.Of(Base.Tokenizer, tokens, Response, truncated: false);
        Assert.Equal(2, ends!.Length);
        Assert.StartsWith(First, Base.Tokenizer.Decode(tokens.AsSpan(0, ends[0])), StringComparison.Ordinal);
        Assert.Equal(tokens.Length, ends[1]);
    }

    [Fact]
    public void The_end_token_does_not_shift_the_positions()
    {
        const string Response = "<sample>1+1</sample><sample>2+2</sample>";
        int[] tokens = [.. Base.Tokenizer.Encode(Response), Base.Tokenizer.TokenId("<|im_end|>")!.Value];
        Assert.Equal(tokens.Length - 1, AttemptEnds.Of(Base.Tokenizer, tokens, Response, truncated: false)![1]);
    }

    [Fact]
    public void Text_that_the_prompt_holds_needs_no_tokens()
    {
        const string Begun = "<think>\n";
        const string Generated = "<sample>1+1</sample><sample>2+2</sample></think>";
        var tokens = Base.Tokenizer.Encode(Generated);
        var plain = AttemptEnds.Of(Base.Tokenizer, tokens, Generated, truncated: false);
        Assert.Equal(plain, AttemptEnds.Of(Base.Tokenizer, tokens, Begun + Generated, truncated: false));

        var positions = new TokenPositions(Base.Tokenizer, tokens, Begun + Generated);
        Assert.Equal(0, positions.TokensTo(Begun.Length));
        Assert.Equal(1, positions.TokensTo(Begun.Length + 1));
        Assert.Equal(tokens.Length, positions.TokensTo(Begun.Length + Generated.Length));
    }

    [Fact]
    public void A_plain_answer_has_no_attempt_ends()
    {
        const string Response = "<answer>1+1</answer>";
        Assert.Null(AttemptEnds.Of(Base.Tokenizer, Base.Tokenizer.Encode(Response), Response, truncated: false));
    }
}
