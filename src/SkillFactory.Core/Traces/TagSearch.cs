using System.Text;
using SkillFactory.Core.Grading;

namespace SkillFactory.Core.Traces;

/// <summary>Looks for the opening and closing forms of some tags.</summary>
internal sealed class TagSearch(params string[] tags)
{
    private readonly byte[][] _forms = [.. tags.SelectMany(t => (string[])[Tags.Open(t), Tags.Close(t)]).Select(Encoding.UTF8.GetBytes)];

    /// <param name="text">As UTF-8.</param>
    public bool IsIn(ReadOnlySpan<byte> text)
    {
        // "<" is rare.
        for (var at = text.IndexOf((byte)'<'); at >= 0; at = text.IndexOf((byte)'<'))
        {
            text = text[at..];
            foreach (var form in _forms)
            {
                if (text.StartsWith(form))
                {
                    return true;
                }
            }

            text = text[1..];
        }

        return false;
    }
}
