using SkillFactory.Core.Randomness;
using SkillFactory.Core.Recipes;
using SkillFactory.Core.Sampling;
using SkillFactory.Core.Traces;
using SkillFactory.Grading;

namespace SkillFactory.TestKit.Traces;

/// <summary>Attempts and reflections with known labels.</summary>
public static class TraceFixture
{
    public static Rollout Attempt(string question, int index, Outcome outcome, string? response = null, string variant = "original") =>
        new()
        {
            Id = $"{question}/{variant}#{index}",
            PromptId = $"{question}/{variant}",
            QuestionId = question,
            Task = "countdown",
            Level = "3",
            Variant = variant,
            SampleIndex = index,
            Response = response ?? $"try {index}: <answer>{(outcome == Outcome.Correct ? "good" : "bad")}-{index}</answer>",
            Outcome = outcome,
            Extracted = outcome is Outcome.Correct or Outcome.Wrong ? $"x{index}" : null,
            TokenCount = 10,
            PromptTokenCount = 5,
            LogProb = -1,
            MeanEntropy = 0.5,
            WeightsVersion = 0,
        };

    public static Rollout Reflection(
        Rollout attempt,
        int index,
        string? verdict,
        Outcome outcome = Outcome.Correct,
        string? response = null
    ) =>
        attempt with
        {
            Id = $"{attempt.Id}/reflection#{index}",
            PromptId = $"{attempt.Id}/reflection",
            Variant = "reflection",
            SampleIndex = index,
            Parent = attempt.Id,
            Response = response ?? $"check {attempt.SampleIndex}.{index}: <verdict>{verdict}</verdict>",
            Outcome = outcome,
            Extracted = verdict,
        };

    private static readonly string[] Variants = ["original", "plan_and_execute", "alternatively", "rephrase"];

    /// <summary>A question whose attempts 0 to correct − 1 are correct and whose other attempts are wrong. The attempts cycle through the
    /// first <paramref name="variants"/> prompt variants.</summary>
    /// <param name="agreeing">Reflections per attempt with the right verdict. Each attempt also has one with the wrong verdict.</param>
    public static QuestionAttempts Question(string id, int correct, int wrong, int agreeing = 1, int variants = 1) =>
        new(id, null, $"Solve {id}.", [.. Attempts(id, correct, wrong, variants).Select(a => Judged(a, agreeing))]);

    /// <summary>The attempts of <see cref="Question"/> as rollouts.</summary>
    public static IEnumerable<Rollout> Attempts(string id, int correct, int wrong, int variants) =>
        Enumerable
            .Range(0, correct + wrong)
            .Select(i => Attempt(id, i, i < correct ? Outcome.Correct : Outcome.Wrong, variant: Variants[i % variants]));

    public static TraceAttempt Judged(Rollout attempt, int agreeing) => TraceAttempt.Of(attempt, Reflections(attempt, agreeing));

    public static IReadOnlyList<Rollout> Reflections(Rollout attempt, int agreeing)
    {
        var right = attempt.Outcome == Outcome.Correct;
        return
        [
            .. Enumerable.Range(0, agreeing).Select(r => Reflection(attempt, r, right ? "Correct" : "Incorrect")),
            Reflection(attempt, agreeing, right ? "Incorrect" : "Correct"),
        ];
    }

    public static TraceBuilder Builder(TraceSettings settings, long seed = 1) => new(settings, KeyedRandom.Of(seed, "traces"));
}
