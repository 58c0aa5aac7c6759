namespace SkillFactory.Core.Tasks.Files;

/// <summary>The content of a row as a question.</summary>
/// <param name="Canonical">Text that identifies the question, e.g. its text with white space normalised.</param>
/// <param name="Standard">Text in the standard wording.</param>
/// <param name="Compact">Text in the compact wording.</param>
/// <param name="Gold">Gold in the task's notation.</param>
public sealed record FileQuestion(string Canonical, string Standard, string Compact, string Gold);
