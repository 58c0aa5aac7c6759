using SkillFactory.Core.Prompts;
using SkillFactory.Core.Randomness;
using SkillFactory.Core.Sampling;
using SkillFactory.Core.Tasks;
using SkillFactory.Core.Traces;
using SkillFactory.Grading;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Core.Tests.Traces;

public sealed class ReplayTests
{
    private static readonly KeyedRandom Key = KeyedRandom.Of(1, "sft").Child("replay");

    [Fact]
    public void Right_answers_become_rows_under_the_plain_prompt_each_text_once_per_question()
    {
        var questions = new[] { "a", "b" }.ToDictionary(
            id => id,
            id => new Question(id, "multiplication", "2x1", $"Multiply:{id}\n", "12 * 3 = 36")
        );
        var rows = Replay
            .Rows(
                [
                    Attempt("a", 0, "<answer>36</answer>", Outcome.Correct),
                    Attempt("a", 1, " <answer>36</answer>\n", Outcome.Correct),
                    Attempt("a", 2, "<answer>37</answer>", Outcome.Wrong),
                    Attempt("a", 3, "<answer>36", Outcome.Truncated),
                    Attempt("a", 4, "3*12\n<answer>36</answer>", Outcome.Correct),
                    Attempt("b", 0, "<answer>36</answer>", Outcome.Correct),
                    Attempt("b", 1, "no", Outcome.Unparseable),
                ],
                questions,
                PromptSet.Get("compact")
            )
            .ToList();
        Assert.Equal(
            [
                ("Multiply:a\nSolve.", "<answer>36</answer>"),
                ("Multiply:a\nSolve.", "3*12\n<answer>36</answer>"),
                ("Multiply:b\nSolve.", "<answer>36</answer>"),
            ],
            rows.Select(r => (r.User, r.Response))
        );
        Assert.Equal(["a#0", "a#4", "b#0"], rows.SelectMany(r => r.Attempts));
        Assert.All(rows, r => Assert.True(Assert.Single(r.Segments).Loss));
    }

    [Theory]
    [InlineData(70, 100, 0.3, 30)]
    [InlineData(70, 7, 0.3, 30)]
    [InlineData(100, 50, 0.5, 100)]
    [InlineData(10, 3, 0.01, 0)]
    public void The_replayed_share_is_kept_whatever_there_is(int traces, int replayed, double share, int expected)
    {
        var mixed = Replay.Mix(Traces("t", traces), Traces("r", replayed), share, Key);
        Assert.Equal(traces + expected, mixed.Count);
        Assert.Equal(Traces("t", traces).Select(t => t.Id), mixed.Take(traces).Select(t => t.Id));
        var added = mixed.Skip(traces).ToList();
        Assert.Equal(added.Count, added.Select(r => r.Id).Distinct().Count());

        // Every row is used about equally often.
        var uses = added.CountBy(r => r.User).Select(u => u.Value).ToList();
        Assert.Equal(Math.Min(expected, replayed), uses.Count);
        Assert.True(uses.Count == 0 || uses.Max() - uses.Min() <= 1);
    }

    [Fact]
    public void The_mix_follows_from_its_key()
    {
        string Mixed(KeyedRandom key) => string.Join(' ', Replay.Mix(Traces("t", 20), Traces("r", 100), 0.4, key).Select(t => t.Id));
        Assert.Equal(Mixed(Key), Mixed(Key));
        Assert.NotEqual(Mixed(Key), Mixed(KeyedRandom.Of(2, "sft").Child("replay")));
    }

    [Fact]
    public void Nothing_to_replay_is_an_error()
    {
        var error = Assert.Throws<UserErrorException>(() => Replay.Mix(Traces("t", 10), [], 0.3, Key));
        Assert.StartsWith("sft.replay: the model gave no right answer", error.Message, StringComparison.Ordinal);
        Assert.Empty(Replay.Mix([], [], 0.3, Key));
    }

    private static List<SilverTrace> Traces(string name, int count) =>
        [.. Enumerable.Range(0, count).Select(i => new SilverTrace($"{name}{i}", "q", null, $"{name}{i}", [], [], [], [], "f"))];

    private static Rollout Attempt(string question, int sample, string response, Outcome outcome) =>
        new()
        {
            Id = $"{question}#{sample}",
            PromptId = question,
            QuestionId = question,
            Task = "multiplication",
            Level = "2x1",
            Variant = "original",
            SampleIndex = sample,
            Response = response,
            Outcome = outcome,
            TokenCount = 3,
            PromptTokenCount = 3,
            LogProb = -1,
            MeanEntropy = 0,
            WeightsVersion = 0,
        };
}
