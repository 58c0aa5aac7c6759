using SkillFactory.Core.Planning;
using SkillFactory.Core.Sampling;
using SkillFactory.Core.Tasks;
using SkillFactory.Core.Traces;
using SkillFactory.Grading;
using SkillFactory.Reporting.Report;
using SkillFactory.Reporting.RunFolder;

namespace SkillFactory.Reporting.Measurements;

/// <summary>Selects example responses by a fixed rule that the report states.</summary>
internal static class SampleTraces
{
    /// <summary>Responses per model, level and outcome.</summary>
    private const int MaxPerOutcome = 2;

    /// <summary>With more combinations of model and level than this, only one response of each outcome is selected, to keep the page
    /// small.</summary>
    private const int ManyCombinations = 60;

    /// <summary>Longer responses are shortened in the middle.</summary>
    private const int MaxCharacters = 6_000;

    /// <summary>Selects, for each model and level, the first responses of each outcome in the first seed. Responses with several attempts
    /// come first, then the order is by id.</summary>
    public static async Task<IReadOnlyList<SampleTrace>> SelectAsync(
        IReadOnlyList<EvaluatedModel> models,
        IReadOnlyList<ReportedLevel> levels,
        StageArtifacts artifacts,
        CancellationToken cancellationToken
    )
    {
        var limit = models.Count * levels.Count > ManyCombinations ? 1 : MaxPerOutcome;
        var order = levels.Select((l, i) => (Key: (l.Task, l.Level), i)).ToDictionary(l => l.Key, l => l.i);
        var samples = new List<SampleTrace>();
        foreach (var model in models)
        {
            var (seed, stages) = model.Stages.OrderBy(s => s.Key).First();
            var selected = new Dictionary<(string Task, string Level, Outcome Outcome), List<Candidate>>();
            var questions = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (var stage in stages)
            {
                await foreach (var rollout in artifacts.LinesAsync<Rollout>(stage, StageOutputs.Rollouts, cancellationToken))
                {
                    var key = (rollout.Task, rollout.Level, rollout.Outcome);
                    if (!selected.TryGetValue(key, out var candidates))
                    {
                        selected[key] = candidates = [];
                    }

                    var candidate = new Candidate(
                        rollout,
                        ResponseTrace.Parse(rollout.Response, rollout.Outcome == Outcome.Truncated).Attempts.Count() > 1
                    );
                    var at = candidates.FindIndex(candidate.IsBefore);
                    candidates.Insert(at < 0 ? candidates.Count : at, candidate);
                    if (candidates.Count > limit)
                    {
                        candidates.RemoveAt(limit);
                    }
                }

                await foreach (var question in artifacts.LinesAsync<Question>(stage, StageOutputs.Questions, cancellationToken))
                {
                    questions[question.Id] = question.Text;
                }
            }

            samples.AddRange(
                from entry in selected
                where order.ContainsKey((entry.Key.Task, entry.Key.Level))
                orderby order[(entry.Key.Task, entry.Key.Level)], entry.Key.Outcome
                from candidate in entry.Value
                select Sample(
                    model.Model.Key,
                    seed,
                    candidate.Rollout,
                    questions.GetValueOrDefault(candidate.Rollout.QuestionId),
                    $"among the first {limit} with this outcome{(candidate.HasRetries ? " and several attempts" : "")}"
                )
            );
        }

        return samples;
    }

    /// <param name="question">Text of the question, or null when the evaluation did not store it.</param>
    /// <param name="selection">The rule that selected the response.</param>
    public static SampleTrace Sample(string model, long seed, Rollout rollout, string? question, string selection) =>
        new(
            Model: model,
            Seed: seed,
            Task: rollout.Task,
            Level: rollout.Level,
            RolloutId: rollout.Id,
            Question: question,
            Outcome: rollout.Outcome,
            Extracted: rollout.Extracted,
            Reason: rollout.Reason,
            Tokens: rollout.TokenCount,
            Response: Shortened(rollout.Response),
            Selection: selection
        );

    private static string Shortened(string response) =>
        response.Length <= MaxCharacters
            ? response
            : $"{response[..(MaxCharacters / 2)]}\n"
                + $"[… {response.Length - MaxCharacters:N0} characters omitted …]\n"
                + response[^(MaxCharacters / 2)..];

    private sealed record Candidate(Rollout Rollout, bool HasRetries)
    {
        public bool IsBefore(Candidate other) =>
            HasRetries != other.HasRetries ? HasRetries : string.CompareOrdinal(Rollout.Id, other.Rollout.Id) < 0;
    }
}
