namespace SkillFactory.Core.Traces;

/// <summary>One supervised example: a prompt and the assistant's text in segments that say which tokens carry loss.</summary>
/// <param name="Id">Stable within its dataset.</param>
/// <param name="System">System message, or null.</param>
/// <param name="User">User message.</param>
/// <param name="Segments">The assistant's text in order, without the end token (which always carries loss).</param>
public sealed record TrainingExample(string Id, string? System, string User, IReadOnlyList<TraceSegment> Segments);
