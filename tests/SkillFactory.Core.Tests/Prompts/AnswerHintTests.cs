using SkillFactory.Core.Prompts;
using SkillFactory.Core.Randomness;
using SkillFactory.Core.Tasks;
using SkillFactory.Core.Tests.Traces;
using SkillFactory.Grading;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Core.Tests.Prompts;

public sealed class AnswerHintTests
{
    private static readonly string[] Plain = ["original", "plan_and_execute", "alternatively", "rephrase"];

    /// <summary>Questions that tasks generate, or that a file could hold.</summary>
    public static IEnumerable<Question> Questions(string wording)
    {
        foreach (
            var (task, level) in new[]
            {
                ("countdown", "3"),
                ("countdown", "5"),
                ("multiplication", "3"),
                ("letter_countdown", "4"),
                ("letter_countdown", "5"),
                ("acronym", "4"),
                ("acronym", "5"),
            }
        )
        {
            foreach (
                var question in TaskRegistry
                    .Get(task)
                    .Generate(new QuestionSpec(level, QuestionSpec.NoSettings, wording), Split.Sft, 8, KeyedRandom.Of(3, "hint"))
            )
            {
                yield return question;
            }
        }

        yield return TaskRegistry.Get("maths").FromGold("m", "Half of three?", @"It is \boxed{\frac{3}{2}}.");
        yield return TaskRegistry.Get("word_problem").FromGold("w", "How many?", "2 and 2 make 4.\n#### 4");
        yield return TaskRegistry.Get("multiple_choice").FromGold("c", "Which?", "B\nA\tone\nB\ttwo");
    }

    [Fact]
    public void Every_task_gives_an_answer_that_it_grades_as_correct() => Assert.All(Questions("standard"), question =>
        {
            var answer = ((IAnswerProvider)TaskRegistry.Get(question.Task)).AnswerTo(question);
            Assert.Equal(
                Outcome.Correct,
                TaskRegistry.Get(question.Task).Grade(question, $"<answer>{answer}</answer>", truncated: false).Outcome
            );
        });

    [Fact]
    public void A_countdown_question_too_large_to_solve_is_a_user_error()
    {
        var question = TaskRegistry.Get("countdown").FromGold("q7", "", "1 2 3 4 5 6 7 = 28");
        Assert.Contains(
            "question q7: no solution of '1 2 3 4 5 6 7 = 28'",
            Assert.Throws<UserErrorException>(() => ((IAnswerProvider)TaskRegistry.Get("countdown")).AnswerTo(question)).Message,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("standard")]
    [InlineData("compact")]
    [InlineData("standard_instructed")]
    public void A_hinted_prompt_is_the_plain_prompt_with_the_answer(string name)
    {
        var prompts = PromptSet.Get(name);
        foreach (var question in Questions(prompts.Wording))
        {
            var answer = ((IAnswerProvider)TaskRegistry.Get(question.Task)).AnswerTo(question);
            foreach (var variant in Plain)
            {
                var (system, user) = prompts.SolvePrompt(question, variant);
                var (hintedSystem, hinted) = prompts.SolvePrompt(question, variant + "_hinted");
                Assert.Equal(system, hintedSystem);
                var hint = hinted[question.Text.Length..^(user.Length - question.Text.Length)];
                Assert.Equal(user, question.Text + hinted[(question.Text.Length + hint.Length)..]);
                Assert.Contains(answer, hint, StringComparison.Ordinal);
                Assert.Contains("hint", hint, StringComparison.OrdinalIgnoreCase);
            }

            Assert.DoesNotContain("hint", prompts.ReflectionPrompt(question, "an attempt").User, StringComparison.OrdinalIgnoreCase);
        }
    }

    [Theory]
    [InlineData("original_hinted", "As the Hint says, 4.", true)]
    [InlineData("rephrase_hinted", "The answer was hinted at.", true)]
    [InlineData("original_hinted", "Two and two make 4.", false)]
    [InlineData("original", "I take this as a hint.", false)]
    public void An_attempt_leaks_when_it_had_a_hint_and_mentions_it(string variant, string response, bool leaks) =>
        Assert.Equal(leaks, AnswerHint.LeaksIn(TraceFixture.Attempt("q", 0, Outcome.Correct, response, variant)));

    [Fact]
    public void A_misspelt_hinted_variant_is_a_user_error() =>
        Assert.Contains(
            "'original_hinted'",
            Assert.Throws<UserErrorException>(() => PromptSet.Get("compact").Variant("orignal_hinted")).Message,
            StringComparison.Ordinal
        );
}
