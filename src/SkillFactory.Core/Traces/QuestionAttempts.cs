using SkillFactory.Core.Sampling;

namespace SkillFactory.Core.Traces;

/// <summary>What traces of one question are made from.</summary>
/// <param name="QuestionId">The question.</param>
/// <param name="System">System message of its "original" prompt, or null.</param>
/// <param name="User">User message of its "original" prompt: what the traces are trained under, whatever variants the attempts were
/// made with.</param>
/// <param name="Attempts">All its attempts, good or not.</param>
public sealed record QuestionAttempts(string QuestionId, string? System, string User, IReadOnlyList<JudgedAttempt> Attempts)
{
    /// <summary>Brings together what sampling and reflection left: attempts by question, critiques by the attempt they judge. Questions
    /// keep their order; those without attempts are left out.</summary>
    /// <param name="prompts">The "original" prompt of each question.</param>
    /// <exception cref="InvalidDataException">A critique judges an attempt that is not there.</exception>
    public static IEnumerable<QuestionAttempts> Join(
        IEnumerable<(string QuestionId, string? System, string User)> prompts, IEnumerable<Rollout> attempts, IEnumerable<Rollout> reflections)
    {
        var byQuestion = attempts.ToLookup(a => a.QuestionId, StringComparer.Ordinal);
        var byAttempt = reflections.ToLookup(r => r.Parent ?? "", StringComparer.Ordinal);
        var known = byQuestion.SelectMany(g => g).Select(a => a.Id).ToHashSet(StringComparer.Ordinal);
        if (byAttempt.FirstOrDefault(g => !known.Contains(g.Key)) is { } orphans)
        {
            throw new InvalidDataException($"The critique '{orphans.First().Id}' judges the attempt '{orphans.Key}', which is not among the attempts.");
        }

        return prompts.Where(p => byQuestion.Contains(p.QuestionId)).Select(p => new QuestionAttempts(
            p.QuestionId, p.System, p.User, [.. byQuestion[p.QuestionId].Select(a => new JudgedAttempt(a, [.. byAttempt[a.Id]]))]));
    }
}

/// <param name="Attempt">A graded attempt.</param>
/// <param name="Reflections">Its critiques, whose <see cref="Rollout.Parent"/> is the attempt.</param>
/// <param name="StepsRight">Share of its steps that check out, in [0, 1], where the task can check steps; else null. Counts in its rank.</param>
public sealed record JudgedAttempt(Rollout Attempt, IReadOnlyList<Rollout> Reflections, double? StepsRight = null);
