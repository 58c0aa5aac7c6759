namespace SkillFactory.Core.Tasks.Countdown;

/// <summary>A generated question. <paramref name="Chain"/> is the chain of the forward generator, and empty for the solver.</summary>
public sealed record CountdownDraw(CountdownGold Gold, QuestionIdentity Identity, IReadOnlyList<ChainStep> Chain);
