using SkillFactory.Core.Recipes;
using SkillFactory.Core.Sampling;

namespace SkillFactory.Core.Planning;

/// <summary>Validation questions during training.</summary>
/// <param name="Train">Question mix.</param>
/// <param name="Decoding">How tokens of responses are drawn.</param>
public sealed record ValidationSettings(IReadOnlyList<QuestionSource> Train, Decoding Decoding);
