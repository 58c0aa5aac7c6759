namespace SkillFactory.Tokenization.Characters;

/// <summary>A normalization form of Unicode (UAX #15).</summary>
public enum UnicodeForm
{
    C,
    D,
    KC,
    KD,
}
