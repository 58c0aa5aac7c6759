namespace SkillFactory.Core.Advantages;

/// <summary>An addition to the advantage of a range of response tokens.</summary>
/// <param name="Start">Index of the first token.</param>
/// <param name="End">Index after the last token.</param>
/// <param name="Advantage">The value that is added.</param>
public sealed record TokenCredit(int Start, int End, double Advantage);
