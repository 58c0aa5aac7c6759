namespace SkillFactory.Core.Tasks.MultipleChoice;

/// <summary>One choice of a question.</summary>
/// <param name="Label">"A", "B", … or the label that the file uses.</param>
public sealed record Choice(string Label, string Text);
