namespace SkillFactory.Core.Traces;

/// <summary>A question and a response to it from an external source.</summary>
/// <param name="Place">"file:line" or "file, row N".</param>
/// <param name="Row">From 1.</param>
/// <param name="System">System message, or null.</param>
/// <param name="User">The user message in the file: the question, possibly inside a prompt.</param>
/// <param name="Gold">The gold answer, or null when the file has none.</param>
public sealed record ImportedTrace(string Place, long Row, string? System, string User, string Response, string? Gold);
