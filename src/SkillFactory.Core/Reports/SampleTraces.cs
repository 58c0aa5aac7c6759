using SkillFactory.Core.Evaluation;
using SkillFactory.Core.Grading;
using SkillFactory.Core.Pipeline;
using SkillFactory.Core.Sampling;
using SkillFactory.Core.Tasks;

namespace SkillFactory.Core.Reports;

/// <summary>Picks responses to look at by a stated rule, so that nobody has to wonder how they were chosen.</summary>
internal static class SampleTraces
{
    private const int LevelsShown = 2;

    /// <summary>For each model, from its first seed, on the lowest trained level and the next harder one: the first correct response (by id)
    /// that shows a second attempt, else the first correct one; and the first wrong one, by the same rule.</summary>
    public static async Task<IReadOnlyList<SampleTrace>> PickAsync(
        IReadOnlyList<EvaluatedModel> models,
        IReadOnlyList<ReportedLevel> levels,
        StageArtifacts artifacts,
        CancellationToken cancellationToken)
    {
        var trained = levels.FirstOrDefault(l => l.Trained && !l.Harder) ?? (levels.Count > 0 ? levels[0] : null);
        var shown = levels.Where(l => l == trained || (l.Harder && l.Task == trained?.Task)).Take(LevelsShown).ToList();
        var samples = new List<SampleTrace>();
        foreach (var model in models)
        {
            var (seed, stages) = model.Stages.OrderBy(s => s.Key).First();
            var picks = new Dictionary<(ReportedLevel, bool Correct), Pick>();
            var questions = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (var stage in stages)
            {
                await foreach (var rollout in artifacts.LinesAsync<Rollout>(stage, StageOutputs.Rollouts, cancellationToken))
                {
                    if (rollout.Outcome != Outcome.Unscored && shown.FirstOrDefault(l => l.Task == rollout.Task && l.Level == rollout.Level) is { } level)
                    {
                        var pick = new Pick(rollout, ResponseTrace.Parse(rollout.Response, rollout.Outcome == Outcome.Truncated).Attempts.Count() > 1);
                        var place = (level, rollout.Outcome == Outcome.Correct);
                        picks[place] = picks.TryGetValue(place, out var held) && !pick.IsBefore(held) ? held : pick;
                    }
                }

                await foreach (var question in artifacts.LinesAsync<Question>(stage, StageOutputs.Questions, cancellationToken))
                {
                    questions[question.Id] = question.Text;
                }
            }

            samples.AddRange(
                from place in picks
                orderby shown.IndexOf(place.Key.Item1), place.Key.Correct descending
                let r = place.Value.Rollout
                select new SampleTrace(
                    model.Model.Key,
                    seed,
                    r.Task,
                    r.Level,
                    r.Id,
                    questions.GetValueOrDefault(r.QuestionId),
                    r.Outcome,
                    r.Extracted,
                    r.Reason,
                    r.TokenCount,
                    r.Response,
                    $"first {(place.Key.Correct ? "correct" : "incorrect")} response{(place.Value.Retries ? " with more than one attempt" : "")}"));
        }

        return samples;
    }

    private sealed record Pick(Rollout Rollout, bool Retries)
    {
        public bool IsBefore(Pick other) => Retries != other.Retries ? Retries : string.CompareOrdinal(Rollout.Id, other.Rollout.Id) < 0;
    }
}
