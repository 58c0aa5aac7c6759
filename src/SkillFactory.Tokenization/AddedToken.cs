namespace SkillFactory.Tokenization;

/// <param name="Id">Token id.</param>
/// <param name="Content">The text of the token.</param>
/// <param name="Special">Whether decoding may skip it.</param>
/// <param name="Normalized">Whether it is matched after normalization rather than before, and by its own normalized text.</param>
public sealed record AddedToken(int Id, string Content, bool Special, bool Normalized = false)
{
    /// <summary>Whether it takes the white space before it ("lstrip").</summary>
    public bool TakesSpaceBefore { get; init; }

    /// <summary>Whether it takes the white space after it ("rstrip").</summary>
    public bool TakesSpaceAfter { get; init; }

    /// <summary>Whether it is matched only where no word character is next to it ("single_word").</summary>
    public bool WholeWord { get; init; }
}
