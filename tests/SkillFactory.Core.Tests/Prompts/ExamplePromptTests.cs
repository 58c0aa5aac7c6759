using SkillFactory.Core.Prompts;
using SkillFactory.Core.Tasks;

namespace SkillFactory.Core.Tests.Prompts;

public sealed class ExamplePromptTests
{
    private static readonly Question Asked = new("q", "multiplication", "2x1", "Multiply:23*7\n", "23 * 7 = 161");

    /// <summary>One example is a whole prompt, the other a question without the suffix.</summary>
    private static readonly WorkedExample[] Examples =
    [
        new("Multiply:2*3\nSolve.", " <think>six</think> "),
        new("Multiply:4*5", "<think>twenty</think>"),
    ];

    [Fact]
    public void Compact_examples_are_prompts_with_their_responses() =>
        Assert.Equal(
            (null, "Multiply:2*3\nSolve.<think>six</think>\nMultiply:4*5\nSolve.<think>twenty</think>\nMultiply:23*7\nSolve."),
            new ExamplePrompt(PromptSet.Get("compact"), Examples).SolvePrompt(Asked, "original")
        );

    [Fact]
    public void Standard_examples_precede_the_plain_prompt_in_order()
    {
        var prompts = PromptSet.Get("standard");
        var question = Asked with { Text = "What is 23 times 7?" };
        var (system, user) = new ExamplePrompt(prompts, Examples).SolvePrompt(question, "rephrase");
        var (plainSystem, plain) = prompts.SolvePrompt(question, "rephrase");
        Assert.Equal(plainSystem, system);
        Assert.EndsWith("# Problem 3\n" + plain, user, StringComparison.Ordinal);
        var places = new[]
        {
            "# Problem 1\n",
            "# Response 1\n<think>six</think>\n",
            "# Problem 2\nMultiply:4*5\n",
            "# Response 2\n<think>twenty</think>\n",
            "# Problem 3\n",
        }
            .Select(p => user.IndexOf(p, StringComparison.Ordinal))
            .ToList();
        Assert.DoesNotContain(-1, places);
        Assert.Equal(places.Order(), places);
    }

    [Fact]
    public void The_asked_question_is_not_shown_as_an_example()
    {
        var examples = new ExamplePrompt(PromptSet.Get("compact"), [Examples[0], new("Multiply:23*7\nSolve.", "161")]);
        Assert.Equal("Multiply:2*3\nSolve.<think>six</think>\nMultiply:23*7\nSolve.", examples.SolvePrompt(Asked, "original").User);
    }

    [Fact]
    public void Without_examples_the_prompt_is_the_plain_one() =>
        Assert.Equal(
            PromptSet.Get("compact").SolvePrompt(Asked, "original"),
            new ExamplePrompt(PromptSet.Get("compact"), []).SolvePrompt(Asked, "original")
        );

    [Theory]
    [InlineData("compact", "Multiply:2*3\nSolve.", "Multiply:2*3\nSolve.")]
    [InlineData("compact", "Multiply:2*3", "Multiply:2*3\nSolve.")]
    [InlineData("compact", "Multiply:2*3\n\n", "Multiply:2*3\nSolve.")]
    [InlineData("standard", "What?", "What?\n\nLet's think step by step.")]
    [InlineData("standard", "What?\n\nLet's think step by step.\n", "What?\n\nLet's think step by step.")]
    public void An_imported_question_gets_the_suffix_once(string prompts, string user, string asked) =>
        Assert.Equal(asked, PromptSet.Get(prompts).Variant("original").WithSuffix(user));
}
