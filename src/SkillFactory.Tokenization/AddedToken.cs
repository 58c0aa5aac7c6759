namespace SkillFactory.Tokenization;

/// <param name="Id">Token id.</param>
/// <param name="Content">The text of the token.</param>
/// <param name="Special">Whether decoding may skip it.</param>
/// <param name="Normalized">Whether it is matched after normalization rather than before.</param>
public sealed record AddedToken(int Id, string Content, bool Special, bool Normalized = false);
