using System.Text.RegularExpressions;
using SkillFactory.Cli.Traces;

namespace SkillFactory.Cli.Tests.Traces;

public partial class TraceColoursTests
{
    private const string Dim = "\e[2m";
    private const string Blue = "\e[34m";
    private const string Yellow = "\e[33m";
    private const string Green = "\e[32m";
    private const string Bold = "\e[1m";
    private const string Off = "\e[0m";

    [Fact]
    public void The_innermost_tag_decides_the_colour()
    {
        var painted = TraceColours.Paint(
            "a<think>b<sample>c<answer>1+2</answer></sample><reflect>d<verdict>Correct</verdict></reflect></think>e"
        );
        Assert.Equal(
            $"a{Dim}<think>{Off}{Dim}b{Off}{Blue}<sample>{Off}{Blue}c{Off}"
                + $"{Green}<answer>{Off}{Green}1+2{Off}{Green}</answer>{Off}{Blue}</sample>{Off}"
                + $"{Yellow}<reflect>{Off}{Yellow}d{Off}{Bold}<verdict>{Off}{Bold}Correct{Off}{Bold}</verdict>{Off}"
                + $"{Yellow}</reflect>{Off}{Dim}</think>{Off}e",
            painted
        );
    }

    [Theory]
    [InlineData("no tags at all")]
    [InlineData("</answer> stray")]
    [InlineData("<think><sample>never closed")]
    [InlineData("<sample>x</think>y</sample>z")]
    [InlineData("<think><sample>a</think>b")]
    [InlineData("<b>other</b> <answer\n>")]
    [InlineData("")]
    public void The_text_is_unchanged(string response) => Assert.Equal(response, Escapes().Replace(TraceColours.Paint(response), ""));

    [Fact]
    public void Unmatched_closing_tags_are_not_coloured()
    {
        Assert.Equal("</answer> plain", TraceColours.Paint("</answer> plain"));
        Assert.EndsWith("</think>" + Off + "b", TraceColours.Paint("<think><sample>a</think>b"), StringComparison.Ordinal);
    }

    [GeneratedRegex("\e\\[\\d+m")]
    private static partial Regex Escapes();
}
