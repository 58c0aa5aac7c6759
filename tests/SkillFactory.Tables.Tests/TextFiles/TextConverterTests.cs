using System.Text.Encodings.Web;
using System.Text.Json;
using CsCheck;
using SkillFactory.Tables.TextFiles;

namespace SkillFactory.Tables.Tests.TextFiles;

/// <summary>Texts are written to JSON lines as the library writes them, to the byte.</summary>
public sealed class TextConverterTests
{
    private static readonly JsonSerializerOptions Library = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly JsonSerializerOptions Ours = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new TextConverter() },
    };

    private static readonly string[] Pieces =
    [
        "",
        "a",
        "plain words of a line",
        new string('x', 64),
        "\n",
        "\t",
        "\r",
        "\b",
        "\f",
        "\"",
        "\\",
        "/",
        "<&>'+",
        "\0",
        "\u001f",
        "\u007f",
        "\u0080",
        "é",
        "😀",
        "\ud800",
        "\u2028",
        "\uffff",
    ];

    [Fact]
    public void Any_text_is_written_as_the_library_writes_it() =>
        Gen.Int[0, Pieces.Length - 1]
            .Array[0, 20]
            .Sample(
                pieces =>
                {
                    var text = string.Concat(pieces.Select(p => Pieces[p]));
                    Assert.Equal(JsonSerializer.SerializeToUtf8Bytes(text, Library), JsonSerializer.SerializeToUtf8Bytes(text, Ours));
                },
                iter: 3_000
            );

    [Fact]
    public void Long_ascii_texts_too() =>
        Gen.Select(Gen.Int[0, 300], Gen.Char[' ', '\u0080'].Array[0, 300], Gen.Int[1, 8])
            .Sample(
                (before, odd, every) =>
                {
                    var text = string.Concat(odd.Select((c, i) => i % every == 0 ? $"{c}" : "word ")).Insert(0, new string('y', before));
                    Assert.Equal(JsonSerializer.SerializeToUtf8Bytes(text, Library), JsonSerializer.SerializeToUtf8Bytes(text, Ours));
                    Assert.Equal(text, JsonSerializer.Deserialize<string>(JsonSerializer.SerializeToUtf8Bytes(text, Ours), Ours));
                },
                iter: 1_000
            );
}
