namespace SkillFactory.Tokenization.Tests;

/// <summary>Normalization form C, through a tokenizer that uses it. The cases come from UAX #15 and the Unicode normalization
/// tests.</summary>
public class NormalizationTests
{
    private static readonly Tokenizer Composing = Tokenizer.Load(HandMadeTokenizer.Stream(HandMadeTokenizer.Json()));

    [Theory]
    [InlineData("plain text", "plain text")]
    [InlineData("\u00e9\u00df", "\u00e9\u00df")]
    [InlineData("e\u0301", "\u00e9")]
    [InlineData("\u212b", "\u00c5")] // ANGSTROM SIGN is a singleton
    [InlineData("\u1e9b\u0323", "\u1e9b\u0323")]
    [InlineData("s\u0323\u0307", "\u1e69")]
    [InlineData("s\u0307\u0323", "\u1e69")] // marks are reordered first
    [InlineData("d\u0307\u0323", "\u1e0d\u0307")]
    [InlineData("\u1100\u1161\u11a8", "\uac01")] // Hangul
    [InlineData("\uac00\u11a8", "\uac01")]
    [InlineData("\u0958", "\u0915\u093c")] // composition exclusion
    [InlineData("\ud834\udd5e", "\ud834\udd57\ud834\udd65")] // musical symbol, beyond the basic plane
    [InlineData("a\u0315\u0300\u05ae\u0300b", "\u00e0\u05ae\u0300\u0315b")]
    [InlineData("\u0061\u0301\u0301", "\u00e1\u0301")]
    [InlineData("\u1100\u0300\u1161", "\u1100\u0300\u1161")] // blocked
    public void Text_is_normalized_to_form_C(string text, string expected) =>
        Assert.Equal(expected, Composing.Decode(Composing.Encode(text)));
}
