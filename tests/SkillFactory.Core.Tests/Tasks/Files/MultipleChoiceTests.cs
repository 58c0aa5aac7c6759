using Parquet.Serialization;
using SkillFactory.Core.Tasks;
using SkillFactory.Grading;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Core.Tests.Tasks.Files;

public sealed class MultipleChoiceTests : IDisposable
{
    private const string Gold = "B\nA\tignore\nB\ta bank\nC\tthe river, or its bed\nD\tC\nE\tnone of these";

    private static readonly ITask Choices = TaskRegistry.Get("multiple_choice");

    private readonly QuestionFolder _folder = new("multiple_choice");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Without_choices_only_the_label_is_read()
    {
        Assert.Equal(Outcome.Correct, Grade("(b)", "B").Outcome);
        Assert.Equal(Outcome.Wrong, Grade("C.", "B").Outcome);
        Assert.Equal(Outcome.Unparseable, Grade("a bank", "B").Outcome);
        Assert.Equal(Outcome.Truncated, Choices.Grade(Question("B"), "<answer>B</answer>", truncated: true).Outcome);
        Assert.Equal(Outcome.Correct, Choices.Grade(Question("B"), "so \\boxed{B}", truncated: false).Outcome);
        Assert.Equal(Outcome.Wrong, Choices.Grade(Question("B"), "<answer>B</answer><answer>\nA\n</answer>", truncated: false).Outcome);
    }

    [Fact]
    public void Hostile_answers_are_read_in_bounded_work()
    {
        Assert.Equal(Outcome.Unparseable, Grade(new string('B', 2_000_000)).Outcome);
        Assert.Equal(Outcome.Unparseable, Grade(string.Concat(Enumerable.Repeat("\\boxed{", 200)) + "B").Outcome);
        Assert.Equal(Outcome.Unparseable, Grade(string.Concat(Enumerable.Repeat("answer is ", 150)) + "?").Outcome);
    }

    [Fact]
    public void The_formats_of_public_files_are_read()
    {
        var hub = new
        {
            id = "x",
            question = "Where?",
            choices = new { label = new[] { "A", "B" }, text = new[] { "here", "there" } },
            answerKey = "B",
        };
        var original = new
        {
            answerKey = "B",
            question = new { stem = "Where?", choices = new[] { new { label = "A", text = "here" }, new { label = "B", text = "there" } } },
        };
        var listed = new
        {
            question = "Where?",
            choices = new[] { "here", "there" },
            answer = 1,
        };
        var spelled = new
        {
            question = "Where?",
            options = new[] { "here", "there" },
            answer = "there",
        };
        var numbered = new
        {
            question = "Where?",
            choices = new { label = new[] { "1", "2" }, text = new[] { "here", "there" } },
            answerKey = "2",
        };
        foreach (var row in (object[])[hub, original, listed, spelled])
        {
            Assert.Equal("B\nA\there\nB\tthere", _folder.Read(("file", _folder.Write("c.jsonl", row))).Questions[0].Content.Gold);
        }

        Assert.Equal("2\n1\there\n2\tthere", _folder.Read(("file", _folder.Write("c.jsonl", numbered))).Questions[0].Content.Gold);
    }

    /// <summary>In CSV too, where a number without quotes is a number.</summary>
    [Theory]
    [InlineData("3", "D")]
    [InlineData("0", "A")]
    [InlineData("C", "C")]
    [InlineData("b", "B")]
    [InlineData("8", "E")]
    public void An_answer_of_a_list_of_texts_is_a_label_a_position_or_a_text(string answer, string label)
    {
        var csv = _folder.Write("c.csv", Csv(answer));
        Assert.StartsWith($"{label}\n", _folder.Read(("file", csv)).Questions[0].Content.Gold, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1", "found '1', which is the position of '2' and the text of choice A; expected an answer that means one choice")]
    [InlineData("2", "found '2', which is the position of 'C' and the text of choice B; expected ")]
    [InlineData("A", "found 'A', which is the label of '1' and the text of choice D; expected ")]
    public void An_answer_that_means_two_choices_of_a_list_of_texts_is_a_bad_row(string answer, string expected)
    {
        var csv = _folder.Write("c.csv", Csv(answer));
        var error = Assert.Throws<UserErrorException>(() => _folder.Read(("file", csv))).Message;
        Assert.Contains($"{csv}:2: column 'answer': {expected}", error, StringComparison.Ordinal);
    }

    [Fact]
    public void With_labels_in_the_file_an_answer_that_is_a_label_means_that_choice()
    {
        var row = new
        {
            question = "How many?",
            choices = new { label = new[] { "1", "2", "3" }, text = new[] { "3", "1", "2" } },
            answerKey = "2",
        };
        Assert.StartsWith("2\n", _folder.Read(("file", _folder.Write("c.jsonl", row))).Questions[0].Content.Gold, StringComparison.Ordinal);
    }

    private static string Csv(string answer) =>
        $"""
            question,choices,answer
            Which?,"[""1"",""2"",""C"",""A"",""8""]",{answer}
            """;

    [Fact]
    public async Task Parquet_with_lists_in_a_struct_is_read()
    {
        using var file = new TemporaryFile("csqa.parquet");
        CsqaRow[] rows =
        [
            .. Enumerable
                .Range(0, 3)
                .Select(i => new CsqaRow
                {
                    question = $"Where {i}?",
                    choices = new CsqaChoices { label = ["A", "B", "C"], text = ["x", "y", "z"] },
                    answerKey = "C",
                }),
        ];
        await file.WriteAsync(s => ParquetSerializer.SerializeAsync(rows, s, new Parquet.ParquetOptions(), null, default));
        var pool = _folder.Read(("testFile", file.Path));
        Assert.Equal(3, pool.Of(Split.Test).Count());
        Assert.All(pool.Questions, q => Assert.Equal("C\nA\tx\nB\ty\nC\tz", q.Content.Gold));
        Assert.Contains("\nA. x\nB. y\nC. z\n", pool.Questions[0].Content.Standard, StringComparison.Ordinal);
        Assert.Equal("Where 0?\nA)x\nB)y\nC)z\n", pool.Questions[0].Content.Compact);
    }

    [Fact]
    public void The_order_of_choices_from_separate_columns_depends_only_on_the_question()
    {
        object Row(int i) =>
            new Dictionary<string, string>
            {
                ["Question"] = $"Which {i}?",
                ["Right"] = "gold",
                ["Wrong 1"] = "lead",
                ["Wrong 2"] = "tin",
            };
        var pool = _folder.Read(
            ("file", _folder.Write("g.jsonl", [.. Enumerable.Range(0, 60).Select(Row)])),
            ("questionColumn", "Question"),
            ("answerColumn", "Right"),
            ("wrongAnswerColumns", "Wrong 1, Wrong 2")
        );
        var labels = pool.Questions.Select(q => q.Content.Gold[..1]).ToList();
        Assert.All((string[])["A", "B", "C"], label => Assert.InRange(labels.Count(l => l == label), 8, 35));
        Assert.All(pool.Questions, q => Assert.True(Choices.Grade(Question(q.Content.Gold), "<answer>gold</answer>", false).IsCorrect));
        Assert.Equal(
            labels[30],
            _folder
                .Read(
                    ("file", _folder.Write("h.jsonl", Row(30))),
                    ("questionColumn", "Question"),
                    ("answerColumn", "Right"),
                    ("wrongAnswerColumns", "Wrong 1,Wrong 2")
                )
                .Questions[0]
                .Content.Gold[..1]
        );
    }

    [Theory]
    [InlineData(
        """{"question":"q","choices":{"label":["A","B"],"text":["x"]},"answerKey":"A"}""",
        "column 'choices': found 2 labels and 1 texts; expected as many labels as texts"
    )]
    [InlineData(
        """{"question":"q","choices":{"label":["A","B"]},"answerKey":"A"}""",
        "column 'choices': found an object with label; expected lists 'label' and 'text'"
    )]
    [InlineData("""{"question":"q","choices":"x, y","answerKey":"A"}""", "column 'choices': found 'x, y'; expected lists")]
    [InlineData("""{"question":"q","choices":["x"],"answerKey":"A"}""", "column 'choices': found 1 choices; expected 2 to 26")]
    [InlineData(
        """{"question":"q","choices":["x","y"],"answerKey":"C"}""",
        "column 'answerKey': found 'C'; expected one of the labels A, B, the position of a choice from 0, or the text of a choice"
    )]
    [InlineData("""{"question":"q","choices":["x","y"],"answerKey":2}""", "column 'answerKey': found '2'; expected one of the labels A, B")]
    [InlineData(
        """{"question":"q","choices":["x","y"],"answerKey":""}""",
        "column 'answerKey': found empty text; expected one of the labels A, B"
    )]
    [InlineData("""{"question":"q","choices":["x"," x "],"answerKey":"A"}""", "column 'choices': found the choice 'x' twice")]
    [InlineData("""{"question":"q","choices":["x",""],"answerKey":"A"}""", "column 'choices': found choice B without text")]
    [InlineData("""{"question":"q","choices":["x",null],"answerKey":"A"}""", "column 'choices': found null; expected a choice's text")]
    [InlineData(
        """{"question":"q","choices":{"label":["A","a"],"text":["x","y"]},"answerKey":"A"}""",
        "column 'choices': found the label A twice"
    )]
    [InlineData(
        """{"question":"q","choices":{"label":["A","(B)"],"text":["x","y"]},"answerKey":"A"}""",
        "column 'choices': found the label '(B)'; expected labels of 1 to 3 letters or digits"
    )]
    [InlineData(
        """{"question":"q","choices":[{"label":"A","text":"x"},{"label":"B"}],"answerKey":"A"}""",
        "column 'choices': found an object with label; expected"
    )]
    [InlineData("""{"question":"q","answerKey":"A"}""", "column 'choices': found no such column among question, answerKey; expected lists")]
    [InlineData(
        """{"question":"q","choices":["x","y"]}""",
        "column 'answerKey': found no such column among question, choices; expected one of"
    )]
    public void Errors_for_bad_rows_say_what_is_wrong(string row, string expected)
    {
        var file = _folder.Write("bad.jsonl", row);
        Assert.StartsWith(
            $"{file}:1: {expected}",
            Assert.Throws<UserErrorException>(() => _folder.Read(("file", file))).Message,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("")]
    [InlineData("(B)")]
    [InlineData("F\nA\tx\nB\ty")]
    [InlineData("A\nA x")]
    public void Invalid_golds_are_user_errors(string gold) =>
        Assert.Contains(
            "not a multiple_choice gold",
            Assert.Throws<UserErrorException>(() => Choices.FromGold("q", "", gold)).Message,
            StringComparison.Ordinal
        );

    private static Grade Grade(string answer, string gold = Gold) =>
        Choices.Grade(Question(gold), $"<answer>{answer}</answer>", truncated: false);

    private static Question Question(string gold) => new("q", "multiple_choice", "csqa", "", gold);

#pragma warning disable IDE1006, CA1812 // the columns' own names
    internal sealed class CsqaRow
    {
        public string? question { get; set; }

        public CsqaChoices? choices { get; set; }

        public string? answerKey { get; set; }
    }

    internal sealed class CsqaChoices
    {
        public List<string>? label { get; set; }

        public List<string>? text { get; set; }
    }
#pragma warning restore IDE1006, CA1812
}
