using Spectre.Console;

namespace SkillFactory.Cli.Progress;

/// <summary>A line of styled text. It is cut at the width of the terminal, not wrapped, so that the height is known.</summary>
internal sealed class StyledLine
{
    private readonly List<(string Text, Style Style)> _parts = [];

    public StyledLine Add(string text, Style? style = null)
    {
        _parts.Add((text, style ?? Style.Plain));
        return this;
    }

    public Paragraph ToRenderable(int width)
    {
        var paragraph = new Paragraph();
        var room = width - 1;
        foreach (var (text, style) in _parts)
        {
            var shown = text.Length <= room ? text : text[..Math.Max(0, room)];
            room -= shown.Length;
            paragraph.Append(shown, style);
        }

        return paragraph;
    }
}
