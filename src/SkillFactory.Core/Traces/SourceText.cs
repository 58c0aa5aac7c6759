using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using SkillFactory.Grading;
using SkillFactory.Tables.TextFiles;

namespace SkillFactory.Core.Traces;

/// <summary>Text that is looked at as UTF-8 and becomes a string where one is asked for: of all texts that go through the filters only
/// those drawn into a trace do. It may be known by its signs alone and still stand in the file that it comes from.</summary>
public readonly struct SourceText
{
    /// <summary>The string, or the file that it stands in.</summary>
    private readonly object? _source;

    /// <summary>As UTF-8, or the place in the file with the answer.</summary>
    private readonly ReadOnlyMemory<byte> _utf8;

    private readonly TextSigns _signs;

    public SourceText(string text) => (_source, _utf8) = (text, Encoding.UTF8.GetBytes(text));

    /// <param name="utf8">Valid UTF-8, which stays as it is while the text is in use.</param>
    public SourceText(ReadOnlyMemory<byte> utf8)
        : this(utf8, TextSigns.None) { }

    /// <param name="signs">What is known of it.</param>
    /// <inheritdoc cref="SourceText(ReadOnlyMemory{byte})"/>
    public SourceText(ReadOnlyMemory<byte> utf8, TextSigns signs) => (_utf8, _signs) = (utf8, signs);

    /// <summary>A text that stands in a file.</summary>
    /// <param name="place">See <see cref="WritePlace"/>.</param>
    public SourceText(TextFile file, ReadOnlyMemory<byte> place, TextSigns signs) => (_source, _utf8, _signs) = (file, place, signs);

    /// <summary>Bytes of a place before the answer.</summary>
    public const int PlaceBytes = sizeof(long) + sizeof(int);

    /// <summary>Not to be called again and again: a text in a file is read anew.</summary>
    public ReadOnlySpan<byte> Utf8 => _source is TextFile ? Encoding.UTF8.GetBytes(ToString()) : _utf8.Span;

    /// <summary>The content of its last answer span, or null.</summary>
    /// <param name="likely">What it may well be: then it is no new string.</param>
    public string? LastAnswer(string? likely = null)
    {
        var isKnown = _signs.HasFlag(TextSigns.OfAttempt);
        if (isKnown && _source is TextFile)
        {
            return _signs.HasFlag(TextSigns.Answer) ? Same(_utf8.Span[PlaceBytes..], likely) : null;
        }

        var text = isKnown && !_signs.HasFlag(TextSigns.Answer) ? [] : Utf8;
        return TagScan.Of(text).LastAnswer is { } span ? Same(text[span], likely) : null;
    }

    /// <summary>The verdict of a reflection; see <see cref="Tags.LastVerdict(string)"/>.</summary>
    public bool? LastVerdict =>
        SignsOf(TextSigns.OfReflection) switch
        {
            var signs when signs.HasFlag(TextSigns.SaysCorrect) => true,
            var signs when signs.HasFlag(TextSigns.SaysIncorrect) => false,
            _ => null,
        };

    /// <summary>Whether it holds a tag that an attempt within a trace must not hold.</summary>
    public bool HasTagsAsAttempt => SignsOf(TextSigns.OfAttempt).HasFlag(TextSigns.TagsInAttempt);

    /// <summary>Whether it holds a tag that a reflection within a trace must not hold.</summary>
    public bool HasTagsAsReflection => SignsOf(TextSigns.OfReflection).HasFlag(TextSigns.TagsInReflection);

    public bool ContainsAny(SearchValues<string> words)
    {
        if (_source is not null)
        {
            return ToString().AsSpan().ContainsAny(words);
        }

        var chars = ArrayPool<char>.Shared.Rent(_utf8.Length);
        var found = chars.AsSpan(0, Encoding.UTF8.GetChars(_utf8.Span, chars)).ContainsAny(words);
        ArrayPool<char>.Shared.Return(chars);
        return found;
    }

    public override string ToString() =>
        _source switch
        {
            string text => text,
            TextFile file => file.Read(
                BinaryPrimitives.ReadInt64LittleEndian(_utf8.Span),
                BinaryPrimitives.ReadInt32LittleEndian(_utf8.Span[sizeof(long)..])
            ),
            _ => Encoding.UTF8.GetString(_utf8.Span),
        };

    /// <summary>Where a text stands in its file; the answer follows, as it is looked at more often than the text.</summary>
    /// <param name="to"><see cref="PlaceBytes"/> long.</param>
    public static void WritePlace(Span<byte> to, long offset, int length)
    {
        BinaryPrimitives.WriteInt64LittleEndian(to, offset);
        BinaryPrimitives.WriteInt32LittleEndian(to[sizeof(long)..], length);
    }

    private TextSigns SignsOf(TextSigns role) => _signs.HasFlag(role) ? _signs : TextSignFinder.Find(Utf8, role);

    private static string Same(ReadOnlySpan<byte> text, string? likely) =>
        likely is not null && Ascii.Equals(text, likely) ? likely : Encoding.UTF8.GetString(text);
}
