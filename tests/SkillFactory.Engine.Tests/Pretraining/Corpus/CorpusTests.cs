using SkillFactory.Core.Prompts;
using SkillFactory.Core.Recipes;
using SkillFactory.Core.Tasks;
using SkillFactory.Core.YamlBinding;
using SkillFactory.Engine.Pretraining.Corpus;
using SkillFactory.Grading;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Engine.Tests.Pretraining.Corpus;

public sealed class CorpusTests
{
    private static readonly CorpusGenerator Generator = new(new CorpusSettings(), seed: 5);

    private static readonly List<CorpusDocument> Documents = [.. Enumerable.Range(0, 20_000).Select(i => Generator.Describe(i))];

    [Fact]
    public void A_document_depends_only_on_settings_seed_and_index()
    {
        var other = new CorpusGenerator(new CorpusSettings(), seed: 5);
        var backwards = Enumerable.Range(0, 500).Reverse().AsParallel().AsOrdered().Select(i => Text(other.Describe(i))).Reverse().ToList();
        Assert.Equal(Documents.Take(500).Select(Text), backwards);
        Assert.NotEqual(
            Documents.Take(50).Select(Text),
            Enumerable.Range(0, 50).Select(i => Text(new CorpusGenerator(new CorpusSettings(), 6).Describe(i)))
        );
        static string Text(CorpusDocument d) => $"{d.Example.Id}|{d.Example.User}|{d.Example.Segments[0].Text}";
    }

    [Fact]
    public void Attempts_are_graded_as_the_document_says()
    {
        foreach (var d in Documents)
        {
            var task = TaskRegistry.Get(d.Attempts[0].Question.Task);
            task.Validate(d.Attempts[0].Question);
            var grade = task.Grade(d.Attempts[0].Question, d.Attempts[0].Text, truncated: false);
            Assert.True(grade.Outcome is Outcome.Correct or Outcome.Wrong, $"{d.Attempts[0].Text}: {grade}");
            Assert.True(grade.IsCorrect == d.Attempts[0].Correct, $"{d.Attempts[0].Question.Gold} {d.Attempts[0].Text}: {grade}");
        }
    }

    [Fact]
    public void Attempts_are_of_their_kind()
    {
        Assert.All(Documents.Where(d => d.Attempts[0].Kind == AttemptKind.Solution), d => Assert.True(d.Attempts[0].Correct));
        foreach (var d in Documents.Where(d => d.Attempts[0].Question.Task == "countdown"))
        {
            var reason = TaskRegistry.Get("countdown").Grade(d.Attempts[0].Question, d.Attempts[0].Text, false).Reason;
            switch (d.Attempts[0].Kind)
            {
                case AttemptKind.Wishful:
                    Assert.Contains(": the result is", reason, StringComparison.Ordinal);
                    break;
                case AttemptKind.WrongNumber:
                    Assert.Matches("not available|more often", reason);
                    break;
                case AttemptKind.Random:
                    Assert.True(d.Attempts[0].Correct || reason.StartsWith("the result is", StringComparison.Ordinal), reason);
                    break;
            }
        }

        Assert.All(Documents.Where(d => d.Attempts[0].Question.Task == "multiplication" && d.Attempts[0].Kind != AttemptKind.Solution), d =>
            Assert.False(d.Attempts[0].Correct)
        );
    }

    [Fact]
    public void Only_questions_of_training_splits_occur()
    {
        Assert.All(Documents, d => Assert.True(SplitOf(d.Attempts[0].Question) is Split.Sft or Split.Rl));
        Assert.Contains(Documents, d => SplitOf(d.Attempts[0].Question) == Split.Sft);
        Assert.Contains(Documents, d => SplitOf(d.Attempts[0].Question) == Split.Rl);

        // No question that evaluation can draw is in the corpus.
        var seen = Documents.Select(d => d.Attempts[0].Question.Id).ToHashSet();
        foreach (var source in new CorpusSettings().Sources)
        {
            var spec = new QuestionSpec(source.Level, source.Settings, "compact");
            var held = source.Task == "countdown" ? 120 : 40;
            foreach (var split in new[] { Split.Test, Split.Validation })
            {
                Assert.DoesNotContain(
                    TaskRegistry.Get(source.Task).Generate(spec, split, held, Core.Randomness.KeyedRandom.Of(1, "held out")),
                    q => seen.Contains(q.Id)
                );
            }
        }

        static Split SplitOf(Question q) => new QuestionIdentity(Convert.ToUInt64(q.Id.Split('/')[2], 16)).Split;
    }

    [Fact]
    public void Responses_are_one_attempt_or_one_reflection_with_loss()
    {
        foreach (var d in Documents)
        {
            var segment = Assert.Single(d.Example.Segments);
            Assert.True(segment.Loss);
            Assert.Null(d.Example.System);
            Assert.Equal(d.Attempts[0].Verdict is null ? 1 : 0, Occurrences(segment.Text, "<answer>"));
            Assert.Equal(d.Attempts[0].Verdict is null ? 0 : 1, Occurrences(segment.Text, "<reflect>"));
            Assert.Equal(0, Occurrences(segment.Text, "<think>") + Occurrences(segment.Text, "<sample>"));
            Assert.Equal(d.Attempts[0].Verdict, Tags.LastVerdict(segment.Text));
            var prompts = PromptSet.Get("compact");
            var (_, user) = d.Attempts[0].Verdict is null
                ? prompts.SolvePrompt(d.Attempts[0].Question, d.Attempts[0].Variant)
                : prompts.ReflectionPrompt(d.Attempts[0].Question, d.Attempts[0].Text);
            Assert.Equal(user, d.Example.User);
        }
    }

    [Fact]
    public void Countdown_reflections_recompute_the_steps()
    {
        foreach (var d in Documents.Where(d => d.Attempts[0].Verdict is not null && d.Attempts[0].Question.Task == "countdown"))
        {
            var inner = d.Example.Segments[0].Text.Replace("<reflect>", "", StringComparison.Ordinal);
            var recomputed = inner[..inner.IndexOf('?', StringComparison.Ordinal)].Split(';');
            Assert.EndsWith(
                $"?{d.Attempts[0].Question.Gold.Split(' ')[^3]}",
                inner[..inner.IndexOf('<', StringComparison.Ordinal)],
                StringComparison.Ordinal
            );
            var steps = Tags.LastAnswer(d.Attempts[0].Text)!.Split(';');
            for (var i = 0; i < recomputed.Length; i++)
            {
                if (recomputed[i] == "x")
                {
                    Assert.Equal((AttemptKind.WrongNumber, recomputed.Length - 1), (d.Attempts[0].Kind, i));
                    continue;
                }

                var parts = System.Text.RegularExpressions.Regex.Match(steps[i], "^([0-9]+)([-+*])([0-9]+)=");
                var (a, b) = (int.Parse(parts.Groups[1].Value), int.Parse(parts.Groups[3].Value));
                Assert.Equal(
                    parts.Groups[2].Value switch
                    {
                        "+" => a + b,
                        "-" => a - b,
                        _ => a * b,
                    },
                    int.Parse(recomputed[i])
                );
            }

            Assert.Equal(d.Attempts[0].Kind == AttemptKind.WrongNumber, recomputed[^1] == "x");
            Assert.Equal(d.Attempts[0].Correct, recomputed[^1] == d.Attempts[0].Question.Gold.Split(' ')[^3]);
        }
    }

    [Fact]
    public void Reflections_of_other_tasks_show_whether_the_attempt_is_correct()
    {
        foreach (var d in Documents.Where(d => d.Attempts[0].Verdict is not null && d.Attempts[0].Question.Task != "countdown"))
        {
            var inner = d.Example.Segments[0].Text.Replace("<reflect>", "", StringComparison.Ordinal);
            var sides = inner[..inner.IndexOf('<', StringComparison.Ordinal)].Split('?');
            Assert.Equal(
                d.Attempts[0].Correct,
                sides[0].Split(';')[^1] == sides[1]
                    && (d.Attempts[0].Question.Task != "multiplication" || !sides[0].Contains('x', StringComparison.Ordinal))
            );
        }
    }

    [Fact]
    public void Shares_follow_the_settings()
    {
        var settings = new CorpusSettings();
        var reflections = Documents.Where(d => d.Attempts[0].Verdict is not null).ToList();
        Near(settings.ReflectShare, reflections.Count, Documents.Count);
        Near(settings.VerdictNoise, reflections.Count(d => d.Attempts[0].Verdict != d.Attempts[0].Correct), reflections.Count);
        Near(
            settings.Solve.Wishful,
            Documents.Count(d => d.Attempts[0].Verdict is null && d.Attempts[0].Kind == AttemptKind.Wishful),
            Documents.Count - reflections.Count
        );
        Near(settings.Judge.WrongNumber, reflections.Count(d => d.Attempts[0].Kind == AttemptKind.WrongNumber), reflections.Count);
        Near(settings.Variants["original"], Documents.Count(d => d.Attempts[0].Variant == "original"), Documents.Count);
        Near(0.62, Documents.Count(d => d.Attempts[0].Question is { Task: "countdown", Level: "3" }), Documents.Count);
        Near(0.02, Documents.Count(d => d.Attempts[0].Question is { Task: "countdown", Level: "6" }), Documents.Count);

        // Five standard errors of a binomial share.
        static void Near(double share, int count, int of) =>
            Assert.InRange(
                (double)count / of,
                share - (5 * Math.Sqrt(share * (1 - share) / of)),
                share + (5 * Math.Sqrt(share * (1 - share) / of))
            );
    }

    [Fact]
    public void The_first_line_follows_the_prompt_variant()
    {
        foreach (var d in Documents.Where(d => d.Attempts[0].Question.Task == "countdown"))
        {
            var lead = d.Attempts[0].Text[..d.Attempts[0].Text.IndexOf('<', StringComparison.Ordinal)];
            var steps = Tags.LastAnswer(d.Attempts[0].Text)!.Split(';');
            var expected = d.Attempts[0].Variant switch
            {
                "plan_and_execute" =>
                    $"Plan:{string.Concat(steps.Select(s => s.First(c => "+-*".Contains(c, StringComparison.Ordinal))))}\n",
                "alternatively" => null,
                "rephrase" => $"Make:{d.Attempts[0].Question.Gold.Split(' ')[^3]} "
                    + $"Of:{string.Join(',', d.Attempts[0].Question.Gold.Split(' ').TakeWhile(w => w != "="))}\n",
                _ => "",
            };
            if (expected is not null)
            {
                Assert.Equal(expected, lead);
            }
            else
            {
                var options = lead["Options:".Length..].Trim().Split(',');
                Assert.Equal(2, options.Length);
                Assert.Contains(steps[0][..steps[0].IndexOf('=', StringComparison.Ordinal)], options);
            }
        }
    }

    [Fact]
    public void Countdown_numbers_are_single_tokens_without_a_leading_space()
    {
        foreach (var d in Documents.Where(d => d.Attempts[0].Question.Task == "countdown"))
        {
            var text = d.Example.User + d.Example.Segments[0].Text;
            Assert.DoesNotMatch(" [0-9]", text);
            Assert.All(System.Text.RegularExpressions.Regex.Matches(text, "[0-9]+"), m => Assert.InRange(int.Parse(m.Value), 0, 199));
        }
    }

    [Fact]
    public void Tokenizer_text_contains_documents_and_repeats_every_phrase()
    {
        var texts = Generator.TokenizerText(80).ToList();
        Assert.All(Documents.Take(80), d => Assert.Contains(d.Example.Segments[0].Text, texts));
        Assert.All(CorpusGenerator.Phrases, phrase => Assert.Equal(10, texts.Count(t => t == phrase)));
        Assert.Contains("Wait.", CorpusGenerator.Phrases);
    }

    [Fact]
    public void Invalid_settings_are_refused()
    {
        Refused(new() { ReflectShare = 1.5 }, "reflectShare");
        Refused(new() { VerdictNoise = double.NaN }, "verdictNoise");
        Refused(
            new()
            {
                Solve = new()
                {
                    Solution = 0,
                    Wishful = 0,
                    WrongNumber = 0,
                    Random = 0,
                },
            },
            "solve"
        );
        Refused(new() { Variants = new Dictionary<string, double> { ["orginal"] = 1 } }, "did you mean 'original'");
        Refused(new() { Sources = [] }, "sources");
        Refused(
            new()
            {
                Sources =
                [
                    new()
                    {
                        Task = "countdown",
                        Level = "3",
                        Settings = new Dictionary<string, string> { ["generator"] = "solver" },
                    },
                ],
            },
            "generator forward"
        );
        Refused(new() { Sources = [new QuestionSource { Task = "countdwn", Level = "3" }] }, "did you mean 'countdown'");

        static void Refused(CorpusSettings settings, string expected) =>
            Assert.Contains(
                expected,
                Assert.Throws<UserErrorException>(() => new CorpusGenerator(settings, 1)).Message,
                StringComparison.Ordinal
            );
    }

    [Fact]
    public void Settings_are_read_from_a_recipe()
    {
        var settings = StrictYaml.Parse<CorpusSettings>(
            """
            sources: [{ task: countdown, level: 3, settings: { max: 5, targetMin: 1, targetMax: 30, operators: "+*" } }]
            reflectShare: 0
            solve: { solution: 1, wishful: 0, wrongNumber: 0, random: 0 }
            variants: { original: 1 }
            """,
            "corpus.yaml"
        );
        var documents = Enumerable.Range(0, 200).Select(i => new CorpusGenerator(settings, 1).Describe(i)).ToList();
        Assert.All(documents, d =>
            Assert.Equal((AttemptKind.Solution, "original", null), (d.Attempts[0].Kind, d.Attempts[0].Variant, d.Attempts[0].Verdict))
        );
        Assert.All(documents, d => Assert.Matches("^Numbers:[1-5],[1-5],[1-5] Target:[0-9]+\nSolve[.]$", d.Example.User));
        Assert.All(documents, d => Assert.DoesNotContain('-', d.Attempts[0].Text));
    }

    private static int Occurrences(string text, string part) =>
        (text.Length - text.Replace(part, "", StringComparison.Ordinal).Length) / part.Length;
}
