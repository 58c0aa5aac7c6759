namespace SkillFactory.Core.Traces;

/// <summary>A question with its attempts, from which its traces are built.</summary>
/// <param name="QuestionId">The question.</param>
/// <param name="System">System message of its "original" prompt, or null.</param>
/// <param name="User">User message of its "original" prompt. Traces are trained with this prompt, whatever prompt variants the attempts
/// were sampled with.</param>
/// <param name="Attempts">All attempts, unfiltered.</param>
public sealed record QuestionAttempts(string QuestionId, string? System, string User, IReadOnlyList<TraceAttempt> Attempts);
