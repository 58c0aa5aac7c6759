using System.Text;
using System.Text.Json;
using CsCheck;
using SkillFactory.Primitives.Errors;
using SkillFactory.Tables.TextFiles;

namespace SkillFactory.Tables.Tests.TextFiles;

/// <summary>Texts that are left in the file in which they stand.</summary>
public sealed class TextFileTests : IDisposable
{
    private readonly string _path = Path.GetTempFileName();

    public void Dispose() => File.Delete(_path);

    [Fact]
    public void A_text_is_read_from_where_it_stands()
    {
        string[] texts = ["", "plain", "é😀 \"quoted\" \\ \n\t\u0001", new string('x', 70_000)];
        var places = new List<(long Offset, int Length)>();
        using (var stream = File.Create(_path))
        {
            foreach (var json in texts.Select(t => JsonSerializer.SerializeToUtf8Bytes(t)))
            {
                stream.Write("  "u8);
                places.Add((stream.Position, json.Length));
                stream.Write(json);
            }
        }

        using var file = new TextFile(_path);
        Assert.Equal(texts, places.Select(p => file.Read(p.Offset, p.Length)));
        Parallel.For(0, 200, i => Assert.Equal(texts[i % 4], file.Read(places[i % 4].Offset, places[i % 4].Length)));
        file.ThrowIfChanged();
    }

    /// <summary>More is read than was asked for; texts come out the same in whatever order they are asked for.</summary>
    [Fact]
    public void The_order_of_reading_plays_no_part()
    {
        var places = new List<(string Text, long Offset, int Length)>();
        using (var stream = File.Create(_path))
        {
            foreach (
                var text in Enumerable
                    .Range(0, 400)
                    .Select(i => new string((char)('a' + (i % 26)), i * 7919 % (i % 50 == 0 ? 9_000 : 300)) + i)
            )
            {
                places.Add((text, stream.Position, text.Length + 2));
                stream.Write(JsonSerializer.SerializeToUtf8Bytes(text));
            }
        }

        using var file = new TextFile(_path);
        Gen.Int[0, places.Count - 1]
            .SelectMany(from => Gen.Int[-30, 30].Array[0, 20].Select(steps => (from, steps)))
            .Sample(
                (from, steps) =>
                {
                    foreach (var step in steps)
                    {
                        from = Math.Clamp(from + step, 0, places.Count - 1);
                        Assert.Equal(places[from].Text, file.Read(places[from].Offset, places[from].Length));
                    }
                },
                iter: 300
            );
    }

    [Theory]
    [InlineData("\"abcdefgh\"", "\"abcd")]
    [InlineData("\"abcdefgh\"", "\"abcd\"efgh")]
    [InlineData("\"abcdefgh\"", "\"abcdefg\\\"")]
    [InlineData("\"abcdefgh\"", "abcdefghij")]
    public void A_text_that_is_not_there_any_more_is_an_error(string before, string after)
    {
        File.WriteAllText(_path, before);
        using var file = new TextFile(_path);
        File.WriteAllText(_path, after);
        Assert.Equal(
            $"{_path}: the file has changed while it was read; start again when it is complete",
            Assert.Throws<UserErrorException>(() => file.Read(0, before.Length)).Message
        );
    }

    [Fact]
    public void A_change_is_noticed_even_where_no_text_was_read()
    {
        File.WriteAllText(_path, "\"a\"");
        using var file = new TextFile(_path);
        File.SetLastWriteTimeUtc(_path, File.GetLastWriteTimeUtc(_path).AddSeconds(1));
        Assert.Throws<UserErrorException>(file.ThrowIfChanged);

        using var longer = new TextFile(_path);
        var written = File.GetLastWriteTimeUtc(_path);
        File.AppendAllText(_path, " ");
        File.SetLastWriteTimeUtc(_path, written);
        Assert.Throws<UserErrorException>(longer.ThrowIfChanged);
    }

    /// <summary>As in the cache of the Hugging Face hub, where every file is a link.</summary>
    [Fact]
    public void What_a_link_leads_to_counts()
    {
        File.WriteAllText(_path, "\"a\"");
        var link = _path + ".link";
        File.CreateSymbolicLink(link, _path);
        try
        {
            using var file = new TextFile(link);
            Assert.Equal("a", file.Read(0, 3));
            file.ThrowIfChanged();
            File.AppendAllText(_path, "\n");
            Assert.Throws<UserErrorException>(file.ThrowIfChanged);
        }
        finally
        {
            File.Delete(link);
        }
    }
}
