using SkillFactory.Primitives.Errors;
using SkillFactory.Tokenization.Patterns;
using SkillFactory.Tokenization.Splitting;

namespace SkillFactory.Tokenization.Tests.Reference;

public class PatternReferenceTests
{
    public static TheoryData<string, string, string> Cases()
    {
        var data = new TheoryData<string, string, string>();
        foreach (var item in ReferenceCases.Read("patterns.json"))
        {
            data.Add((string)item["pattern"]!, (string)item["text"]!, item.ToJsonString());
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_pattern_cuts_text_as_in_the_reference(string pattern, string text, string json)
    {
        var item = System.Text.Json.Nodes.JsonNode.Parse(json)!;
        var use = item["behavior"] is { } behavior ? Enum.Parse<DelimiterUse>((string)behavior!) : DelimiterUse.Isolated;
        var split = new SplitStep(CodePointPattern.Parse(pattern, "test"), use, item["invert"] is not null);

        var pieces = new PieceSplitter([split]).Split(text.AsMemory(), startsText: true);

        Assert.Equal(ReferenceCases.Strings(item["pieces"]), pieces.Select(p => p.ToString()));
    }

    [Theory]
    [InlineData(@"(a)\1", @"the backreference or octal number '\1' (character 4)")]
    [InlineData(@"(?<n>a)\k<n>", @"the escape '\k'")]
    [InlineData(@"\pL", "a property without braces")]
    [InlineData(@"\p{Klingon}", @"the property '\p{Klingon}'")]
    [InlineData(@"\p{IsHan}", @"the property '\p{IsHan}'")]
    [InlineData(@"[[:vowel:]]", "the POSIX class '[:vowel:]'")]
    [InlineData(@"\X", @"the escape '\X'")]
    [InlineData(@"\Gb", @"the escape '\G'")]
    [InlineData(@"\xE9", @"the byte '\xE9'")]
    [InlineData(@"\x{110000}", @"the code point '\x{110000}'")]
    [InlineData(@"(?~a)", "the group '(?~'")]
    [InlineData(@"(?(1)a|b)", "the group '(?('")]
    [InlineData(@"(?P<n>a)", "the option 'P'")]
    [InlineData(@"(?x) a", "the option 'x'")]
    [InlineData(@"(?s).", "the option 's'")]
    [InlineData(@"(*FAIL)", "a callout '(*'")]
    [InlineData(@"[\w-a]", "a hyphen after a set in a class")]
    [InlineData(@"[a-\d]", @"a range that ends in the set '\d'")]
    [InlineData(@"[z-a]", "the empty range '-a'")]
    [InlineData(@"[]", "an empty class")]
    [InlineData(@"[a", "an unclosed class")]
    [InlineData(@"(a", "a missing ')'")]
    [InlineData(@"a)", "an unopened ')'")]
    [InlineData(@"*a", "a quantifier '*' without a target")]
    [InlineData(@"^*", "a quantifier on an anchor")]
    [InlineData(@"a{3,2}", "the interval '{3,2}'")]
    [InlineData(@"(?:ab)+?", "a lazy quantifier on a group")]
    [InlineData(@"(?<=a++)b", "an atomic group or possessive quantifier in a look-behind")]
    [InlineData(@"(?i)ss", "the case-insensitive 'ss', which equals another number of characters")]
    [InlineData(@"(?i)ß", "the case-insensitive 'ß'")]
    [InlineData(@"(?i)[\p{L}]", @"the case-insensitive class '[\p{L}]' with characters that may equal several")]
    [InlineData("a\\", "an end within a construct")]
    public void A_construct_without_an_equal_is_refused_by_name(string pattern, string construct)
    {
        var error = Assert.Throws<UserErrorException>(() =>
            CodePointPattern.Parse(pattern, "m/tokenizer.json: pre_tokenizer.pattern.Regex")
        );
        Assert.StartsWith("m/tokenizer.json: pre_tokenizer.pattern.Regex: the pattern", error.Message, StringComparison.Ordinal);
        Assert.Contains(construct, error.Message, StringComparison.Ordinal);
        Assert.Contains(pattern, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Deep_nesting_is_refused()
    {
        Assert.Throws<UserErrorException>(() => CodePointPattern.Parse(new string('(', 100_000), "test"));
        Assert.Throws<UserErrorException>(() => CodePointPattern.Parse(new string('[', 100_000), "test"));
    }
}
