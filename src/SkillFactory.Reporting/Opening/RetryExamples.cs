using SkillFactory.Core.Planning;
using SkillFactory.Core.Recipes;
using SkillFactory.Core.Sampling;
using SkillFactory.Core.Tasks;
using SkillFactory.Core.Traces;
using SkillFactory.Grading;
using SkillFactory.Reporting.Measurements;
using SkillFactory.Reporting.RunFolder;

namespace SkillFactory.Reporting.Opening;

/// <summary>Searches the responses of the main arm for one that retries and gets it right.</summary>
internal static class RetryExamples
{
    /// <summary>Searches all responses of the arm's last checkpoint, or of the base model when there is no training, in the first seed.
    /// Null when it is not evaluated yet.</summary>
    public static async Task<RetryExample?> FindAsync(
        Recipe recipe,
        IReadOnlyList<EvaluatedModel> models,
        StageArtifacts artifacts,
        CancellationToken cancellationToken
    )
    {
        var arm = MainArm.Of(recipe);
        var key = arm is null ? Checkpoints.Base : $"{arm}/{EvaluatedModels.FinalCheckpoint(recipe, arm)}";
        if (models.FirstOrDefault(m => m.Model.Key == key || m.Model.Aliases.Contains(key)) is not { } model)
        {
            return null;
        }

        var (seed, stages) = model.Stages.OrderBy(s => s.Key).First();
        var (responses, found) = (0, new List<Candidate>());
        foreach (var stage in stages)
        {
            var questions = new Dictionary<string, Question>(StringComparer.Ordinal);
            await foreach (var question in artifacts.LinesAsync<Question>(stage, StageOutputs.Questions, cancellationToken))
            {
                questions[question.Id] = question;
            }

            await foreach (var rollout in artifacts.LinesAsync<Rollout>(stage, StageOutputs.Rollouts, cancellationToken))
            {
                responses++;
                if (questions.TryGetValue(rollout.QuestionId, out var question) && Retries(rollout, question) is { } attempts)
                {
                    found.Add(new Candidate(rollout, question, attempts));
                }
            }
        }

        var best = found
            .OrderBy(c => c.Attempts.Count)
            .ThenBy(c => c.Rollout.Response.Length)
            .ThenBy(c => c.Rollout.Id, StringComparer.Ordinal)
            .FirstOrDefault();
        return new RetryExample(
            Model: model.Model.Key,
            Seed: seed,
            Responses: responses,
            Found: found.Count,
            Sample: best is null
                ? null
                : SampleTraces.Sample(
                    model.Model.Key,
                    seed,
                    best.Rollout,
                    best.Question.Text,
                    "fewest attempts, then fewest characters, among those that retry and get it right"
                ),
            Attempts: best?.Attempts ?? []
        );
    }

    /// <summary>The attempts of a well-formed and correct response whose first attempt is wrong and judged Incorrect and whose last attempt
    /// is correct; null for any other response.</summary>
    private static List<JudgedAttempt>? Retries(Rollout rollout, Question question)
    {
        if (rollout.Outcome != Outcome.Correct)
        {
            return null;
        }

        var trace = ResponseTrace.Parse(rollout.Response, truncated: false);
        if (!trace.IsWellFormed || trace.Attempts.Count() < 2)
        {
            return null;
        }

        var task = TaskRegistry.Get(question.Task);
        var attempts = new List<JudgedAttempt>();
        foreach (var block in trace.Blocks)
        {
            if (!block.IsReflection)
            {
                attempts.Add(new JudgedAttempt(block.Truth(text => task.Grade(question, text, truncated: false)), null));
            }
            else if (block.Verdict is { } verdict)
            {
                attempts[^1] = attempts[^1] with { Verdict = verdict ? "Correct" : "Incorrect" };
            }
        }

        return attempts[0] is { Correct: false, Verdict: "Incorrect" } && attempts[^1].Correct == true ? attempts : null;
    }

    private sealed record Candidate(Rollout Rollout, Question Question, IReadOnlyList<JudgedAttempt> Attempts);
}
