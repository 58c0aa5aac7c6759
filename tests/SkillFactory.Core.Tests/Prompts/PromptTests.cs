using System.Text.RegularExpressions;
using SkillFactory.Core.Prompts;
using SkillFactory.Core.Randomness;
using SkillFactory.Core.Tasks;
using SkillFactory.Core.Tasks.Files;
using SkillFactory.Core.Traces;
using SkillFactory.Grading;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Core.Tests.Prompts;

public sealed class PromptTests
{
    private static readonly string[] VariantNames = ["original", "plan_and_execute", "alternatively", "rephrase"];

    [Theory]
    [InlineData("standard")]
    [InlineData("compact")]
    public void Every_wording_has_the_four_variants_and_they_differ(string name)
    {
        var prompts = PromptSet.Get(name);
        Assert.Equal(name, prompts.Name);
        Assert.Equal(VariantNames, prompts.Variants.Select(v => v.Name));
        var question = Ask(name);
        Assert.Equal(4, VariantNames.Select(v => prompts.SolvePrompt(question, v).User).Distinct().Count());
        Assert.All(VariantNames, v => Assert.StartsWith(question.Text, prompts.SolvePrompt(question, v).User, StringComparison.Ordinal));
    }

    [Fact]
    public void Compact_prompts_are_exactly_those_the_tiny_base_was_trained_on()
    {
        var prompts = PromptSet.Get("compact");
        var question = new Question("id", "countdown", "3", "Numbers:8,6,4 Target:38\n", "8 6 4 = 38 exactly_once");
        Assert.Equal((null, "Numbers:8,6,4 Target:38\nSolve."), prompts.SolvePrompt(question, "original"));
        Assert.Equal((null, "Numbers:8,6,4 Target:38\nPlan first."), prompts.SolvePrompt(question, "plan_and_execute"));
        Assert.Equal((null, "Numbers:8,6,4 Target:38\nName options."), prompts.SolvePrompt(question, "alternatively"));
        Assert.Equal((null, "Numbers:8,6,4 Target:38\nRephrase first."), prompts.SolvePrompt(question, "rephrase"));
        Assert.Equal(
            (null, "Numbers:8,6,4 Target:38\nAttempt:Plan:*-\n<answer>8*6=48;48-4=44</answer>\nJudge it."),
            prompts.ReflectionPrompt(question, " Plan:*-\n<answer>8*6=48;48-4=44</answer>\n")
        );
    }

    [Fact]
    public void Standard_prompts_name_the_answer_tags_and_never_the_trace_tags()
    {
        var prompts = PromptSet.Get("standard");
        foreach (var task in TaskRegistry.Names.Where(name => TaskRegistry.Get(name) is not IFileBackedTask))
        {
            var question = TaskRegistry
                .Get(task)
                .Generate(
                    new QuestionSpec(task == "multiplication" ? "2" : "4", QuestionSpec.NoSettings),
                    Split.Sft,
                    1,
                    KeyedRandom.Of(1, "p")
                )[0];
            foreach (var variant in VariantNames)
            {
                var (system, user) = prompts.SolvePrompt(question, variant);
                Assert.Contains("<answer>", user, StringComparison.Ordinal);
                Assert.All([Tags.Think, Tags.Sample, Tags.Reflect, Tags.Verdict], tag =>
                    Assert.DoesNotContain(Tags.Open(tag), system + user, StringComparison.Ordinal)
                );
            }

            var (_, judge) = prompts.ReflectionPrompt(question, "my <answer>attempt</answer>");
            Assert.Contains(question.Text, judge, StringComparison.Ordinal);
            Assert.Contains("my <answer>attempt</answer>", judge, StringComparison.Ordinal);
            Assert.Contains("<verdict>Correct</verdict>", judge, StringComparison.Ordinal);
            Assert.Contains("<verdict>Incorrect</verdict>", judge, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("+-*/", "(1 + 2) / 3")]
    [InlineData("+-*", "(1 + 2) - 3")]
    [InlineData("+*", "(1 + 2) * 3")]
    [InlineData("+", "1 + 2 + 3")]
    [InlineData("-*", "1 * 2 * 3")]
    [InlineData("-", "3 - 2 - 1")]
    [InlineData("/", "3 / 1")]
    public void The_worked_example_is_correct_under_the_rules_of_the_question(string operators, string equation)
    {
        var settings = new Dictionary<string, string>
        {
            ["operators"] = operators,
            ["targetMin"] = "1",
            ["max"] = "99",
            ["use"] = "exactly_once",
        };
        var text = TaskRegistry.Get("countdown").Generate(new QuestionSpec("2", settings), Split.Sft, 1, KeyedRandom.Of(1, "p"))[0].Text;
        Assert.Contains(equation, text, StringComparison.Ordinal);
        var example = Regex.Match(text, @"For the numbers \[([0-9, ]+)\].*?target ([0-9]+)");
        var gold =
            $"{example.Groups[1].Value.Replace(",", "", StringComparison.Ordinal)} = {example.Groups[2].Value} exactly_once {operators}";
        var spans = Regex.Matches(text[example.Index..], "<answer>([^<]*)</answer>").Select(m => m.Groups[1].Value).ToList();
        Assert.NotEmpty(spans);
        Assert.All(spans, span => Assert.Equal(Outcome.Correct, Tasks.CountdownGradingTests.Grade(gold, span).Outcome));
    }

    [Theory]
    [InlineData("standard_instructed", "standard")]
    [InlineData("compact_instructed", "compact")]
    public void Instructed_prompts_ask_the_same_question_and_show_a_well_formed_trace(string instructed, string plain)
    {
        var question = Ask(plain);
        var set = PromptSet.Get(instructed);
        Assert.Equal(plain, set.Wording);
        foreach (var variant in set.Variants)
        {
            var (system, user) = set.SolvePrompt(question, variant.Name);
            var (_, without) = PromptSet.Get(plain).SolvePrompt(question, variant.Name);
            Assert.StartsWith(without, user, StringComparison.Ordinal);
            var shown = system + user[without.Length..];
            var trace = ResponseTrace.Parse(shown[shown.LastIndexOf("<think>", StringComparison.Ordinal)..].TrimEnd(), truncated: false);
            Assert.Equal([false, true], trace.Reflections.Select(r => r.Verdict));
            Assert.True(trace.Attempts.Count() >= 2);
        }

        Assert.Equal(PromptSet.Get(plain).ReflectionPrompt(question, "x"), set.ReflectionPrompt(question, "x"));
    }

    [Fact]
    public void Unknown_names_are_user_errors()
    {
        Assert.Contains("'standard'", Assert.Throws<UserErrorException>(() => PromptSet.Get("standrd")).Message, StringComparison.Ordinal);
        Assert.Contains(
            "'rephrase'",
            Assert.Throws<UserErrorException>(() => PromptSet.Get("compact").Variant("rephrased")).Message,
            StringComparison.Ordinal
        );
    }

    private static Question Ask(string wording) =>
        TaskRegistry
            .Get("countdown")
            .Generate(new QuestionSpec("3", QuestionSpec.NoSettings, wording), Split.Sft, 1, KeyedRandom.Of(1, "p"))[0];
}
