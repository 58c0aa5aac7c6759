using SkillFactory.Core.Planning;
using SkillFactory.Core.Sampling;
using SkillFactory.Core.Tasks;
using SkillFactory.Core.Traces;
using SkillFactory.Grading;

namespace SkillFactory.Reporting;

/// <summary>Picks responses to look at by a stated rule, so that nobody has to wonder how they were chosen.</summary>
internal static class SampleTraces
{
    /// <summary>Responses per model, level and outcome.</summary>
    private const int PerCell = 2;

    /// <summary>Above so many models times levels only one each, so that the page stays light.</summary>
    private const int ManyCells = 60;

    /// <summary>Longer responses lose their middle.</summary>
    private const int MostCharacters = 6_000;

    /// <summary>For each model, from its first seed, on every level, the first responses (by id) of each outcome, those that show a second
    /// attempt before the others.</summary>
    public static async Task<IReadOnlyList<SampleTrace>> PickAsync(
        IReadOnlyList<EvaluatedModel> models,
        IReadOnlyList<ReportedLevel> levels,
        StageArtifacts artifacts,
        CancellationToken cancellationToken
    )
    {
        var each = models.Count * levels.Count > ManyCells ? 1 : PerCell;
        var order = levels.Select((l, i) => (Key: (l.Task, l.Level), i)).ToDictionary(l => l.Key, l => l.i);
        var samples = new List<SampleTrace>();
        foreach (var model in models)
        {
            var (seed, stages) = model.Stages.OrderBy(s => s.Key).First();
            var picks = new Dictionary<(string Task, string Level, Outcome Outcome), List<Pick>>();
            var questions = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (var stage in stages)
            {
                await foreach (var rollout in artifacts.LinesAsync<Rollout>(stage, StageOutputs.Rollouts, cancellationToken))
                {
                    var place = (rollout.Task, rollout.Level, rollout.Outcome);
                    if (!picks.TryGetValue(place, out var held))
                    {
                        picks[place] = held = [];
                    }

                    var pick = new Pick(
                        rollout,
                        ResponseTrace.Parse(rollout.Response, rollout.Outcome == Outcome.Truncated).Attempts.Count() > 1
                    );
                    var at = held.FindIndex(pick.IsBefore);
                    held.Insert(at < 0 ? held.Count : at, pick);
                    if (held.Count > each)
                    {
                        held.RemoveAt(each);
                    }
                }

                await foreach (var question in artifacts.LinesAsync<Question>(stage, StageOutputs.Questions, cancellationToken))
                {
                    questions[question.Id] = question.Text;
                }
            }

            samples.AddRange(
                from place in picks
                where order.ContainsKey((place.Key.Task, place.Key.Level))
                orderby order[(place.Key.Task, place.Key.Level)], place.Key.Outcome
                from pick in place.Value
                let r = pick.Rollout
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
                    Shortened(r.Response),
                    $"among the first {each} of this outcome{(pick.Retries ? " with more than one attempt" : "")}"
                )
            );
        }

        return samples;
    }

    private static string Shortened(string response) =>
        response.Length <= MostCharacters
            ? response
            : $"{response[..(MostCharacters / 2)]}\n[… {response.Length - MostCharacters:N0} characters left out …]\n{response[^(MostCharacters / 2)..]}";

    private sealed record Pick(Rollout Rollout, bool Retries)
    {
        public bool IsBefore(Pick other) => Retries != other.Retries ? Retries : string.CompareOrdinal(Rollout.Id, other.Rollout.Id) < 0;
    }
}
