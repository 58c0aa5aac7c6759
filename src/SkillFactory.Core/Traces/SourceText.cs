using System.Buffers;
using System.Text;

namespace SkillFactory.Core.Traces;

/// <summary>Text that is looked at as UTF-8 and becomes a string where one is asked for: of all texts that go through the filters only
/// those drawn into a trace do.</summary>
public readonly struct SourceText
{
    private readonly string? _text;
    private readonly ReadOnlyMemory<byte> _utf8;

    public SourceText(string text) => (_text, _utf8) = (text, Encoding.UTF8.GetBytes(text));

    /// <param name="utf8">Valid UTF-8, which stays as it is while the text is in use.</param>
    public SourceText(ReadOnlyMemory<byte> utf8) => _utf8 = utf8;

    public ReadOnlySpan<byte> Utf8 => _utf8.Span;

    public bool ContainsAny(SearchValues<string> words)
    {
        if (_text is not null)
        {
            return _text.AsSpan().ContainsAny(words);
        }

        var chars = ArrayPool<char>.Shared.Rent(_utf8.Length);
        var found = chars.AsSpan(0, Encoding.UTF8.GetChars(_utf8.Span, chars)).ContainsAny(words);
        ArrayPool<char>.Shared.Return(chars);
        return found;
    }

    public override string ToString() => _text ?? Encoding.UTF8.GetString(_utf8.Span);
}
