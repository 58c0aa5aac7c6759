using SkillFactory.Core.Randomness;
using SkillFactory.Core.Tasks;
using SkillFactory.Core.Tasks.Files;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Core.Tests.Tasks.Files;

public sealed class QuestionFileTests : IDisposable
{
    private readonly QuestionFolder _folder = new("word_problem");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void One_file_is_divided_by_the_content_of_its_questions()
    {
        var file = _folder.Write("all.jsonl", Rows(0, 600));
        var pool = _folder.Read(("file", file));
        Assert.Equal(600, pool.Questions.Count);
        foreach (
            var (split, share) in (ReadOnlySpan<(Split, double)>)
                [(Split.Test, 1 / 6.0), (Split.Validation, 1 / 12.0), (Split.Sft, 3 / 8.0), (Split.Rl, 3 / 8.0)]
        )
        {
            Assert.InRange(pool.Of(split).Count() / 600.0, share - 0.06, share + 0.06);
        }

        // Other rows, the order of rows, the file name and white space do not matter.
        var other = _folder.Write("other.jsonl", [.. Rows(300, 300).Reverse()]);
        var before = pool.Questions.ToDictionary(q => q.Identity, q => q.Split);
        Assert.All(_folder.Read(("file", other)).Questions, q => Assert.Equal(before[q.Identity], q.Split));
        var spaced = _folder.Write("spaced.jsonl", new { question = "  What is\n3  and\t0? ", answer = "#### 3" });
        Assert.Contains(_folder.Read(("file", spaced)).Questions[0].Identity, before.Keys);
        Assert.All(before, p => Assert.Equal(p.Key.Split, p.Value)); // divided like generated questions
    }

    [Fact]
    public void Splits_use_their_own_files_and_share_the_common_file()
    {
        var train = _folder.Write("train.jsonl", Rows(0, 200));
        var test = _folder.Write("test.jsonl", Rows(200, 30));
        var pool = _folder.Read(("file", train), ("testFile", test));
        Assert.Equal(30, pool.Of(Split.Test).Count());
        Assert.All(pool.Of(Split.Test), q => Assert.StartsWith(test, q.Place, StringComparison.Ordinal));
        Assert.Equal(200, pool.Questions.Count(q => q.Split != Split.Test));
        Assert.All((Split[])[Split.Sft, Split.Rl, Split.Validation], s => Assert.NotEmpty(pool.Of(s)));
        Assert.Equal(30, _folder.Read(("testFile", test)).Questions.Count);
    }

    [Fact]
    public void Drawing_is_deterministic_and_a_short_draw_is_a_prefix_of_a_longer_one()
    {
        var spec = QuestionFolder.Spec(("testFile", _folder.Write("t.jsonl", Rows(0, 50))));
        IReadOnlyList<Question> Draw(int count, int seed) => _folder.Task.Generate(spec, Split.Test, count, KeyedRandom.Of(seed, "f"));
        Assert.Equal(Draw(20, 1), Draw(20, 1));
        Assert.Equal(Draw(20, 1), Draw(50, 1).Take(20));
        Assert.NotEqual(Draw(50, 1), Draw(50, 2));
        Assert.Equal(50, Draw(50, 1).Select(q => q.Id).Distinct().Count());
        Assert.All(Draw(50, 1), q => Assert.StartsWith("word_problem/mine/", q.Id, StringComparison.Ordinal));
        Assert.Contains(
            "51 questions of the split test are asked for; ",
            Assert.Throws<UserErrorException>(() => Draw(51, 1)).Message,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "1 questions of the split GRPO are asked for; no file has questions of this split; name one with the setting rlFile",
            Assert.Throws<UserErrorException>(() => _folder.Task.Generate(spec, Split.Rl, 1, KeyedRandom.Of(1, "f"))).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void The_wording_changes_only_the_text()
    {
        var spec = QuestionFolder.Spec(("testFile", _folder.Write("t.jsonl", Rows(7, 1))));
        var standard = _folder.Task.Generate(spec, Split.Test, 1, KeyedRandom.Of(1, "f"))[0];
        var compact = _folder.Task.Generate(spec with { Wording = "compact" }, Split.Test, 1, KeyedRandom.Of(1, "f"))[0];
        Assert.Equal("What is 3 and 7?\n", compact.Text);
        Assert.Contains("\nWhat is 3 and 7?\n", standard.Text, StringComparison.Ordinal);
        Assert.Contains("<answer>", standard.Text, StringComparison.Ordinal);
        Assert.Equal(compact, standard with { Text = compact.Text });
    }

    [Fact]
    public void Bad_rows_are_reported_together_or_skipped_and_counted()
    {
        var file = _folder.Write(
            "bad.jsonl",
            new { question = "one", answer = "#### 1" },
            "not json",
            new { question = "three", answer = "several" },
            new { question = "", answer = "#### 4" },
            new { question = "five" },
            new { question = (string?)null, answer = "#### 6" },
            new { question = new[] { "seven" }, answer = "#### 7" },
            new { question = " one ", answer = "#### 8" },
            new { question = "nine", answer = 9.50 },
            new { question = "nine ", answer = "9.5" }
        );
        var error = Assert.Throws<UserErrorException>(() => _folder.Read(("file", file))).Message;
        Assert.StartsWith(
            $"{file}: 7 of 10 rows cannot be used (the setting badRows: skip leaves them out):{Environment.NewLine}  {file}:2: found text",
            error,
            StringComparison.Ordinal
        );

        var pool = _folder.Read(("file", file), ("badRows", "skip"));
        Assert.Equal([$"{file}:1", $"{file}:9"], pool.Questions.Select(q => q.Place));
        Assert.Equal("9.5", pool.Questions[1].Content.Gold);
        var counts = Assert.Single(pool.Files);
        Assert.Equal((10, 7, 1), (counts.Rows, counts.Bad.Count, counts.Repeated));
        string[] expected =
        [
            ":2: found text that is not JSON",
            ":3: column 'answer': found 'several' ('several' is not one number); expected a number, or a "
                + "solution that ends in '#### number'",
            ":4: column 'question': found empty text; expected text",
            ":5: column 'answer': found no such column among question; expected a number, or a solution "
                + "that ends in '#### number' (the setting answerColumn names another column)",
            ":6: column 'question': found null; expected text",
            ":7: column 'question': found a list of 1; expected text",
            $":8: column 'question': found the same question as at {file}:1 with another answer; expected every question in one split",
        ];
        Assert.All(counts.Bad.First.Zip(expected), p => Assert.StartsWith(file + p.Second, p.First.ToString(), StringComparison.Ordinal));
    }

    [Fact]
    public void A_question_in_the_files_of_two_splits_is_a_user_error()
    {
        var train = _folder.Write("train.jsonl", Rows(0, 20));
        var test = _folder.Write("test.jsonl", Rows(19, 3));
        var error = Assert.Throws<UserErrorException>(() => _folder.Read(("sftFile", train), ("testFile", test))).Message;
        Assert.Equal(
            $"{train}:20: column 'question': found the same question as at {test}:1, which is in the split test while this one is in "
                + "traces; expected every question in one split and with one answer (1 of 20 rows; the setting badRows: skip leaves "
                + "it out)",
            error
        );
    }

    [Fact]
    public void Settings_can_name_the_columns()
    {
        var file = _folder.Write(
            "c.jsonl",
            new
            {
                q = "one",
                a = new { final = "#### 1" },
                problem = "other",
                answer = "#### 2",
            }
        );
        Assert.Equal(("other", "2"), (Named().Canonical, Named().Gold));
        Assert.Equal(
            ("one", "1"),
            (
                Named(("questionColumn", "q"), ("answerColumn", "a.final")).Canonical,
                Named(("questionColumn", "q"), ("answerColumn", "a.final")).Gold
            )
        );
        Assert.Contains(
            "did you mean 'problem'",
            Assert.Throws<UserErrorException>(() => Named(("questionColumn", "problm"))).Message,
            StringComparison.Ordinal
        );

        FileQuestion Named(params (string Key, string Value)[] settings) =>
            _folder.Read([("file", file), .. settings]).Questions[0].Content;
    }

    [Fact]
    public void A_changed_file_behind_a_link_is_read_again()
    {
        var file = _folder.Write("behind.jsonl", Rows(0, 5));
        File.CreateSymbolicLink(file + ".link", file);
        Assert.Equal(5, _folder.Read(("file", file + ".link")).Questions.Count);
        _folder.Write("behind.jsonl", Rows(0, 8));
        Assert.Equal(8, _folder.Read(("file", file + ".link")).Questions.Count);
    }

    [Fact]
    public void A_changed_file_is_read_again()
    {
        var file = _folder.Write("x.jsonl", Rows(0, 3));
        Assert.Equal(3, _folder.Read(("file", file)).Questions.Count);
        _folder.Write("x.jsonl", Rows(0, 5));
        Assert.Equal(5, _folder.Read(("file", file)).Questions.Count);
    }

    [Theory]
    [InlineData("mine", "fil", "x", "no setting 'fil'; did you mean 'file'?")]
    [InlineData("mine", "badRows", "ignore", "one of refuse, skip")]
    [InlineData("mine", "badRows", "skip", "expected the setting 'file'")]
    [InlineData("mine", "file", "/no/such/file.jsonl", "/no/such/file.jsonl: no such file")]
    [InlineData("mine", "file", "", "text that is not empty")]
    [InlineData("my set", "file", "x", "level 'my set'")]
    public void Invalid_settings_are_user_errors(string level, string key, string value, string expected) =>
        Assert.Contains(
            expected,
            Assert
                .Throws<UserErrorException>(() =>
                    _folder.Task.Read(new QuestionSpec(level, new Dictionary<string, string> { [key] = value }))
                )
                .Message,
            StringComparison.Ordinal
        );

    [Fact]
    public void A_common_file_without_a_split_to_serve_is_a_user_error()
    {
        var file = _folder.Write("x.jsonl", Rows(0, 3));
        Assert.Contains(
            "'file' has no effect",
            Assert
                .Throws<UserErrorException>(() =>
                    _folder.Read(("file", file), ("testFile", file), ("sftFile", file), ("rlFile", file), ("validationFile", file))
                )
                .Message,
            StringComparison.Ordinal
        );
    }

    private static object[] Rows(int from, int count) =>
        [
            .. Enumerable
                .Range(from, count)
                .Select(i => new { question = $"What is 3 and {i}?", answer = $"3 + {i} is {3 + i}.\n#### {3 + i}" }),
        ];
}
