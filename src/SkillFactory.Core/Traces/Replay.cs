using SkillFactory.Core.Prompts;
using SkillFactory.Core.Randomness;
using SkillFactory.Core.Sampling;
using SkillFactory.Core.Tasks;
using SkillFactory.Grading;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Core.Traces;

/// <summary>The model's own right answers as rows of the fine-tuning data.</summary>
public static class Replay
{
    /// <summary>Value of <see cref="SilverTrace.Format"/>.</summary>
    public const string Format = "replay";

    /// <summary>The right answers among attempts, each text once per question, under the original prompt and as they were
    /// written.</summary>
    /// <param name="attempts">Graded attempts.</param>
    /// <param name="questions">Their questions by id.</param>
    public static IEnumerable<SilverTrace> Rows(
        IEnumerable<Rollout> attempts,
        IReadOnlyDictionary<string, Question> questions,
        PromptSet prompts
    )
    {
        var seen = new HashSet<(string, string)>();
        foreach (var attempt in attempts.Where(a => a.Outcome == Outcome.Correct))
        {
            var text = attempt.Response.Trim();
            if (seen.Add((attempt.QuestionId, text)))
            {
                var (system, user) = prompts.SolvePrompt(questions[attempt.QuestionId], PromptVariant.Original);
                yield return new SilverTrace(
                    $"{attempt.Id}#{Format}",
                    attempt.QuestionId,
                    system,
                    user,
                    [new TraceSegment(text, SegmentKinds.Attempt, Loss: true)],
                    [attempt.Id],
                    [],
                    [true],
                    Format
                );
            }
        }
    }

    /// <summary>The traces, then as many replayed rows as make up the share of all. If there are fewer rows, each is repeated equally often
    /// up to one; if there are more, a random part is used.</summary>
    /// <param name="share">Share of the result that is replayed, above 0 and below 1.</param>
    /// <exception cref="UserErrorException">There are traces, but nothing to replay.</exception>
    public static IReadOnlyList<SilverTrace> Mix(
        IReadOnlyList<SilverTrace> traces,
        IReadOnlyList<SilverTrace> replayed,
        double share,
        KeyedRandom random
    )
    {
        var count = (int)Math.Round(traces.Count * share / (1 - share));
        if (count > 0 && replayed.Count == 0)
        {
            throw new UserErrorException(
                "sft.replay: the model gave no right answer to any question of the sources; "
                    + "ask more questions (sft.replay.questions, sft.replay.attempts) or easier levels"
            );
        }

        var order = replayed.ToList();
        random.Stream().Shuffle(order);
        return
        [
            .. traces,
            .. Enumerable
                .Range(0, count)
                .Select(i =>
                    i < order.Count ? order[i] : order[i % order.Count] with { Id = $"{order[i % order.Count].Id}.{i / order.Count + 1}" }
                ),
        ];
    }
}
