using SkillFactory.Core.Prompts;
using SkillFactory.Core.Randomness;
using SkillFactory.Core.Recipes;
using SkillFactory.Core.Tasks;
using SkillFactory.Core.Traces;
using SkillFactory.Core.YamlBinding;
using SkillFactory.Engine.Pretraining;
using SkillFactory.Engine.Pretraining.Corpus;
using SkillFactory.Grading;
using SkillFactory.Primitives.Errors;
using SkillFactory.TestKit.Recipes;

namespace SkillFactory.Engine.Tests.Pretraining.Corpus;

public sealed class SheetsAndWaysTests
{
    private static readonly CorpusSettings Settings = new()
    {
        VerdictNoise = 0,
        Sheets = new() { Share = 0.3 },
        Ways = new() { Share = 0.3 },
    };

    private static readonly List<CorpusDocument> Documents = Describe(Settings, 12_000);

    private static readonly IEnumerable<CorpusDocument> Tagged = Documents.Where(d =>
        d.Form is CorpusForm.Check or CorpusForm.Sheet or CorpusForm.Each or CorpusForm.Ways
    );

    [Fact]
    public void No_problem_is_attempted_again_after_a_wrong_attempt()
    {
        foreach (var d in Documents)
        {
            var failed = new HashSet<string>();
            foreach (var a in d.Attempts)
            {
                Assert.DoesNotContain(a.Question.Id, failed);
                if (!Grade(a).IsCorrect || a.Verdict == false)
                {
                    failed.Add(a.Question.Id);
                }
            }
        }
    }

    [Fact]
    public void Every_verdict_in_the_text_is_that_of_an_independent_grading()
    {
        foreach (var d in Tagged)
        {
            var response = Response(d);
            var verdicts = response.Split("<verdict>")[1..].Select(v => v[..v.IndexOf('<', StringComparison.Ordinal)]).ToList();
            var judged = d.Form == CorpusForm.Ways ? [] : d.Attempts;
            Assert.Equal(judged.Select(a => Grade(a).IsCorrect ? "Correct" : "Incorrect"), verdicts);
            Assert.All(d.Attempts, a => Assert.Equal(Grade(a).IsCorrect, a.Correct));
        }

        Assert.Contains(Tagged, d => d.Attempts.Any(a => !a.Correct));
    }

    [Fact]
    public void Attempts_and_reflections_look_like_those_of_a_compact_trace()
    {
        var compact = new TraceSettings
        {
            Format = "0C",
            Attempts = 1,
            FinalAnswer = RecipeValues.LastAttempt,
            Layout = RecipeValues.Compact,
            Phrases = RecipeValues.Compact,
        };
        foreach (var d in Documents.Where(d => d.Form == CorpusForm.Check && d.Attempts[0].Correct))
        {
            var a = d.Attempts[0];
            var reflection = d.Example.Segments.Single(s => s.Kind == SegmentKinds.Reflection).Text;
            var question = new QuestionAttempts(
                a.Question.Id,
                null,
                d.Example.User,
                [
                    new TraceAttempt
                    {
                        Id = "a",
                        Variant = a.Variant,
                        Outcome = Outcome.Correct,
                        Response = a.Text,
                        Extracted = Tags.LastAnswer(a.Text),
                        Reflections = [new TraceReflection("r", reflection, IsTruncated: false, Verdict: true)],
                    },
                ]
            );
            var (traces, _) = new TraceBuilder(compact, KeyedRandom.Of(1, "test")).Build(question);
            Assert.Equal(Assert.Single(traces).Response, Response(d));
        }
    }

    [Fact]
    public void Sheets_attempt_different_problems_under_prompts_of_their_own()
    {
        foreach (var d in Documents.Where(d => d.Form is CorpusForm.Check or CorpusForm.Sheet or CorpusForm.Each))
        {
            Assert.Equal(d.Attempts.Count, d.Attempts.Select(a => a.Question.Id).Distinct().Count());
            var stated = d.Attempts.Select(a => a.Question.Text).ToList();
            Assert.Equal(
                d.Form switch
                {
                    CorpusForm.Check => stated[0] + "Check.",
                    CorpusForm.Sheet => string.Concat(stated) + "Sheet.",
                    _ => stated[0] + "Each.",
                },
                d.Example.User
            );
            Assert.InRange(
                d.Attempts.Count,
                d.Form == CorpusForm.Check ? 1 : 2,
                d.Form switch
                {
                    CorpusForm.Check => 1,
                    CorpusForm.Sheet => 3,
                    _ => 4,
                }
            );
            var between = d.Example.Segments.Where(s => s.Kind == "question").ToList();
            Assert.Equal(d.Form == CorpusForm.Each ? stated.Skip(1) : [], between.Select(s => s.Text));
            Assert.All(between, s => Assert.False(s.Loss));
        }
    }

    [Fact]
    public void Ways_are_different_right_solutions_of_one_problem_as_many_as_the_prompt_asks_for()
    {
        var ways = Documents.Where(d => d.Form == CorpusForm.Ways).ToList();
        foreach (var d in ways)
        {
            Assert.All(d.Attempts, a => Assert.True(Grade(a).IsCorrect && a.Verdict is null));
            Assert.Single(d.Attempts.Select(a => a.Question.Id).Distinct());
            Assert.Equal(d.Attempts.Count, d.Attempts.Select(a => Tags.LastAnswer(a.Text)).Distinct().Count());
            Assert.Equal($"{d.Attempts[0].Question.Text}Give {d.Attempts.Count}.", d.Example.User);
            Assert.True(d.Example.Segments.All(s => s.Loss));
        }

        Assert.Equal([2, 3, 4, 5, 6, 7, 8], ways.Select(d => d.Attempts.Count).Distinct().Order());
        Assert.All(ways, d => Assert.Equal("countdown", d.Attempts[0].Question.Task));
    }

    [Fact]
    public void Only_given_attempts_are_without_loss_and_every_end_has_loss()
    {
        foreach (var d in Tagged)
        {
            Assert.All(d.Example.Segments.Where(s => s.Kind is not (SegmentKinds.Attempt or "question")), s => Assert.True(s.Loss));
            Assert.Equal("</think>", d.Example.Segments[^1].Text);
        }

        var sheets = Documents.Where(d => d.Form is CorpusForm.Check or CorpusForm.Sheet or CorpusForm.Each).ToList();
        var attempts = sheets.SelectMany(d => d.Example.Segments.Where(s => s.Kind == SegmentKinds.Attempt)).ToList();
        Assert.InRange(attempts.Count(s => !s.Loss) / (double)attempts.Count, 0.45, 0.55);
        var none = Describe(
            Settings with
            {
                Sheets = new() { Share = 1, Given = 0 },
                Ways = new(),
            },
            300
        );
        Assert.All(none.SelectMany(d => d.Example.Segments).Where(s => s.Kind == SegmentKinds.Attempt), s => Assert.True(s.Loss));
    }

    [Fact]
    public void Only_questions_of_training_splits_occur() =>
        Assert.All(Documents.SelectMany(d => d.Attempts), a =>
            Assert.True(new QuestionIdentity(Convert.ToUInt64(a.Question.Id.Split('/')[2], 16)).Split is Split.Sft or Split.Rl)
        );

    [Fact]
    public void Shares_and_weights_follow_the_settings()
    {
        InRange(0.3, Documents.Count(d => d.Form is CorpusForm.Check or CorpusForm.Sheet or CorpusForm.Each));
        InRange(0.3, Documents.Count(d => d.Form == CorpusForm.Ways));
        var weighted = Describe(
            Settings with
            {
                ReflectShare = 1,
                JudgeWeights = new Dictionary<string, double> { ["countdown/6"] = 1 },
                Sheets = new()
                {
                    Share = 0.4,
                    Weights = new Dictionary<string, double> { ["letter_countdown/4"] = 1 },
                },
                Ways = new()
                {
                    Share = 0.3,
                    Weights = new Dictionary<string, double> { ["countdown/5"] = 1 },
                },
            },
            400
        );
        Assert.Equal(
            [(CorpusForm.Reflection, "countdown", "6"), (CorpusForm.Ways, "countdown", "5")],
            weighted
                .Where(d => d.Form is CorpusForm.Reflection or CorpusForm.Ways)
                .Select(d => (d.Form, d.Attempts[0].Question.Task, d.Attempts[0].Question.Level))
                .Distinct()
                .Order()
        );
        Assert.All(weighted.Where(d => d.Form is not (CorpusForm.Reflection or CorpusForm.Ways)).SelectMany(d => d.Attempts), a =>
            Assert.Equal("letter_countdown", a.Question.Task)
        );

        static void InRange(double share, int count) =>
            Assert.InRange(
                (double)count / Documents.Count,
                share - (5 * Math.Sqrt(share * (1 - share) / Documents.Count)),
                share + (5 * Math.Sqrt(share * (1 - share) / Documents.Count))
            );
    }

    [Fact]
    public void A_corpus_without_sheets_and_ways_is_the_corpus_of_before()
    {
        // The digest of the corpus of the shipped base was taken before sheets and ways existed.
        var plain = new CorpusGenerator(new CorpusSettings(), seed: 1);
        var text = string.Join(
            '\n',
            Enumerable.Range(0, 2_000).Select(i => plain.Document(i)).Select(e => $"{e.User}|{e.Segments[0].Text}")
        );
        Assert.Equal(
            "7a58de9cf9aa7f647a706f13f5c29cf58ce47fca5a560e67bfc12fe73f9c3024",
            Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(text)))
        );
        Assert.DoesNotContain("Check.", plain.TokenizerText(8));
        Assert.Contains("Check.", new CorpusGenerator(Settings, 1).TokenizerText(8));
    }

    [Fact]
    public void The_other_documents_do_not_depend_on_the_shares()
    {
        var plain = Describe(new CorpusSettings { VerdictNoise = 0 }, 500);
        Assert.All(Documents.Take(500).Zip(plain).Where(p => p.First.Form is CorpusForm.Attempt or CorpusForm.Reflection), p =>
            Assert.Equal(p.Second.Example.Segments[0].Text, p.First.Example.Segments[0].Text)
        );
    }

    [Fact]
    public void The_shipped_recipes_of_bases_are_read()
    {
        var recipes = Directory
            .EnumerateFiles(RecipeText.Shipped(""), "*.yaml", SearchOption.AllDirectories)
            .Where(f => File.ReadAllText(f).Contains("\ncorpus:", StringComparison.Ordinal))
            .ToDictionary(f => Path.GetFileName(f), f => StrictYaml.Read<PretrainRecipe>(f));
        Assert.All(recipes.Values, r => new CorpusGenerator(r.Corpus, r.Seed).Describe(0));
        Assert.Equal((0, 0), (recipes["tiny-base.yaml"].Corpus.Sheets.Share, recipes["tiny-base.yaml"].Corpus.Ways.Share));
        Assert.Equal((0.12, 0.18), (recipes["base.yaml"].Corpus.Sheets.Share, recipes["base.yaml"].Corpus.Ways.Share));
        Assert.NotNull(recipes["continued.yaml"].Start);
    }

    [Fact]
    public void Invalid_settings_are_refused()
    {
        Refused(new() { Sheets = new() { Share = -0.1 } }, "sheets.share is -0.1");
        Refused(
            new()
            {
                Sheets = new() { Share = 0.7 },
                Ways = new() { Share = 0.5 },
            },
            "a sum of at most 1"
        );
        Refused(
            new()
            {
                Ways = new() { Share = 0.5, Most = 1 },
            },
            "ways.most is 1"
        );
        Refused(
            new()
            {
                Ways = new()
                {
                    Share = 0.5,
                    Weights = new Dictionary<string, double> { ["multiplication/2x1"] = 1 },
                },
            },
            "ways.weights"
        );
        Refused(new() { JudgeWeights = new Dictionary<string, double> { ["countdwn/3"] = 1 } }, "did you mean 'countdown/3'");
        Refused(
            new()
            {
                Sheets = new()
                {
                    Check = 0,
                    Sheet = 0,
                    Each = 0,
                },
            },
            "sheets.check"
        );

        static void Refused(CorpusSettings settings, string expected) =>
            Assert.Contains(
                expected,
                Assert.Throws<UserErrorException>(() => new CorpusGenerator(settings, 1)).Message,
                StringComparison.Ordinal
            );
    }

    private static List<CorpusDocument> Describe(CorpusSettings settings, int count)
    {
        var generator = new CorpusGenerator(settings, seed: 5);
        return [.. Enumerable.Range(0, count).Select(i => generator.Describe(i))];
    }

    private static Grade Grade(CorpusAttempt a) => TaskRegistry.Get(a.Question.Task).Grade(a.Question, a.Text, truncated: false);

    private static string Response(CorpusDocument d) => string.Concat(d.Example.Segments.Select(s => s.Text));
}
