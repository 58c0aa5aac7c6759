using System.Buffers;
using System.Text;
using CsCheck;
using SkillFactory.Core.Traces;
using SkillFactory.Grading;

namespace SkillFactory.Core.Tests.Traces;

/// <summary>What filters look for is found in text that was never made a string.</summary>
public sealed class SourceTextTests
{
    private static readonly string[] Pieces =
    [
        "<answer>",
        "</answer>",
        "<verdict>",
        "</verdict>",
        "<think>",
        "</think>",
        "<sample>",
        "</reflect>",
        "</",
        "<",
        ">",
        "Correct",
        " incorrect\n",
        "INCORRECT",
        "\u0131ncorrect",
        "\u00a0",
        "é😀",
        "4 + 5",
        "fast",
        "FAST",
        " ",
    ];

    [Fact]
    public void Bytes_and_strings_give_the_same() =>
        Gen.Int[0, Pieces.Length - 1]
            .Array[0, 12]
            .Sample(
                pieces =>
                {
                    var text = string.Concat(pieces.Select(p => Pieces[p]));
                    var (whole, bytes) = (new SourceText(text), new SourceText(Encoding.UTF8.GetBytes(text)));
                    Assert.Equal(text, whole.ToString());
                    Assert.Equal(text, bytes.ToString());
                    Assert.Equal((Tags.LastAnswer(text), Tags.LastVerdict(text)), (bytes.LastAnswer(), bytes.LastVerdict));
                    Assert.Equal(
                        (Tags.LastAnswer(text), Tags.LastAnswer(text)),
                        (bytes.LastAnswer(likely: "4 + 5"), bytes.LastAnswer(likely: "é😀"))
                    );
                    foreach (var known in Known(text))
                    {
                        Assert.Equal((Tags.LastAnswer(text), Tags.LastVerdict(text)), (known.LastAnswer(), known.LastVerdict));
                        Assert.Equal(
                            (whole.HasTagsAsAttempt, whole.HasTagsAsReflection),
                            (known.HasTagsAsAttempt, known.HasTagsAsReflection)
                        );
                    }

                    var seen = Tags.All.Where(t =>
                        text.Contains(Tags.Open(t), StringComparison.Ordinal) || text.Contains(Tags.Close(t), StringComparison.Ordinal)
                    );
                    Assert.Equal(
                        seen.Select(t => Enum.Parse<TagSet>(t, ignoreCase: true)).Aggregate(TagSet.None, (a, b) => a | b),
                        TagScan.Of(bytes.Utf8).Seen
                    );
                    var words = SearchValues.Create(["fast", "É"], StringComparison.OrdinalIgnoreCase);
                    Assert.Equal(text.AsSpan().ContainsAny(words), whole.ContainsAny(words));
                    Assert.Equal(text.AsSpan().ContainsAny(words), bytes.ContainsAny(words));
                },
                iter: 3_000
            );

    [Fact]
    public void A_reflection_without_an_id_is_called_after_its_attempt()
    {
        var reflection = new TraceReflection("q/original#1", 3, new SourceText("so <verdict>Correct</verdict>"));
        Assert.Equal(("q/original#1/reflection#3", true, false), (reflection.Id, reflection.Verdict, reflection.IsTruncated));
    }

    [Fact]
    public void Tags_count_by_what_the_text_is_looked_at_as()
    {
        (string Text, bool AsAttempt, bool AsReflection)[] expected =
        [
            ("4 + 5 <answer>9</answer>", false, true),
            ("right <verdict>Correct</verdict>", true, false),
            ("<reflect>right</reflect>", true, false),
            ("<reflect><sample>9</sample></reflect>", true, true),
            ("<think>", true, true),
            ("4 < 5 > 3", false, false),
        ];
        Assert.All(expected, e =>
            Assert.All([new SourceText(e.Text), .. Known(e.Text)], t =>
                Assert.Equal((e.AsAttempt, e.AsReflection), (t.HasTagsAsAttempt, t.HasTagsAsReflection))
            )
        );
    }

    /// <summary>The text with all of its signs, with those of either role, and with none.</summary>
    private static IEnumerable<SourceText> Known(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        return (
            (TextSigns[])[TextSigns.None, TextSigns.OfAttempt, TextSigns.OfReflection, TextSigns.OfAttempt | TextSigns.OfReflection]
        ).Select(roles => new SourceText(bytes, TextSignFinder.Find(bytes, roles)));
    }
}
