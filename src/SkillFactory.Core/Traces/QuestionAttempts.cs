namespace SkillFactory.Core.Traces;

/// <summary>A question with its attempts, from which its traces are built.</summary>
/// <param name="QuestionId">The question.</param>
/// <param name="System">System message of its "original" prompt, or null.</param>
/// <param name="User">User message of its "original" prompt: what the traces are trained under, whatever variants the attempts were
/// made with.</param>
/// <param name="Attempts">All attempts, unfiltered.</param>
public sealed record QuestionAttempts(string QuestionId, string? System, string User, IReadOnlyList<TraceAttempt> Attempts);
