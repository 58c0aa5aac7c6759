using SkillFactory.Core.Planning;
using SkillFactory.Core.Randomness;
using SkillFactory.Core.Recipes;
using SkillFactory.Core.Tasks;
using SkillFactory.Grading;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Core.Tests.Planning;

public sealed class QuestionMixTests
{
    private static readonly KeyedRandom Random = KeyedRandom.Of(1, "test");

    [Fact]
    public void Every_section_of_a_draw_has_the_shares_of_the_sources()
    {
        var questions = Mix(("3", 3, 10_000), ("4", 1, 10_000)).Distinct(Split.Rl, 160, Random);
        foreach (var step in questions.Chunk(16))
        {
            Assert.Equal(12, step.Count(q => q.Level == "3"));
        }

        Assert.Equal(160, questions.Select(q => q.Id).Distinct().Count());
    }

    [Fact]
    public void A_shorter_draw_is_the_beginning_of_a_longer_one()
    {
        var mix = Mix(("3", 2, 10_000), ("4", 1, 10_000), ("5", 0.5, 10_000));
        Assert.Equal(mix.StartingOver(Split.Rl, 40, Random), mix.StartingOver(Split.Rl, 100, Random).Take(40));
    }

    [Theory]
    [InlineData(7)]
    [InlineData(64)]
    [InlineData(99)]
    public void A_source_with_too_few_questions_repeats_them_in_order(int available)
    {
        var questions = Mix(("3", 1, available), ("4", 1, 10_000)).StartingOver(Split.Rl, 200, Random);
        var dry = questions.Where(q => q.Level == "3").Select(q => q.Id).ToList();
        Assert.Equal(100, dry.Count);
        Assert.Equal(available, dry.Distinct().Count());
        Assert.All(Enumerable.Range(0, 100), i => Assert.Equal(dry[i % available], dry[i]));
        Assert.Equal(100, questions.Where(q => q.Level == "4").Select(q => q.Id).Distinct().Count());
    }

    [Fact]
    public void Overlapping_sources_draw_no_question_twice()
    {
        var sources = new[] { Source("3", 1, ("low", "0")), Source("3", 1, ("low", "5")) };
        var questions = new QuestionMix(sources, "compact", _ => new Numbers(new Dictionary<string, int> { ["3"] = 100 })).Distinct(
            Split.Sft,
            40,
            Random
        );
        Assert.Equal(40, questions.Select(q => q.Id).Distinct().Count());
    }

    [Fact]
    public void Too_few_distinct_questions_are_an_error()
    {
        Assert.Throws<UserErrorException>(() => Mix(("3", 1, 10)).Distinct(Split.Sft, 11, Random));
        Assert.Equal(
            "no such level '9'",
            Assert.Throws<UserErrorException>(() => Mix(("9", 1, 0)).StartingOver(Split.Sft, 11, Random)).Message
        );
    }

    [Theory]
    [InlineData("test", "validation")]
    [InlineData("validation", "test")]
    public void Evaluation_questions_come_from_their_split_only(string split, string other)
    {
        var set = new QuestionSource { Task = "multiplication", Level = "2x1" };
        IReadOnlyList<Question> Draw(string of, int count) =>
            EvaluationQuestions.Of(set, new EvaluationSettings { Split = of, Questions = count }, "compact", TaskRegistry.Get);
        var few = Draw(split, 10);
        var many = Draw(split, 20);
        Assert.Equal(few, many.Take(10));
        var trained = new QuestionMix([set], "compact", TaskRegistry.Get).Distinct(Split.Sft, 100, Random);
        Assert.Empty(many.Select(q => q.Id).Intersect(trained.Select(q => q.Id)));
        Assert.Empty(many.Select(q => q.Id).Intersect(Draw(other, 20).Select(q => q.Id)));
    }

    private static QuestionMix Mix(params (string Level, double Weight, int Available)[] sources) =>
        new([.. sources.Select(s => Source(s.Level, s.Weight))], "compact", _ => new Numbers(
            sources.ToDictionary(s => s.Level, s => s.Available)
        ));

    private static QuestionSource Source(string level, double weight, params (string Key, string Value)[] settings) =>
        new()
        {
            Task = "numbers",
            Level = level,
            Weight = weight,
            Settings = settings.ToDictionary(s => s.Key, s => s.Value),
        };

    /// <summary>A task with the given number of questions per level.</summary>
    private sealed class Numbers(IReadOnlyDictionary<string, int> available) : ITask
    {
        public string Name => "numbers";

        public IReadOnlyList<Question> Generate(QuestionSpec spec, Split split, int count, KeyedRandom random)
        {
            var holds = available.GetValueOrDefault(spec.Level);
            if (holds == 0)
            {
                throw new UserErrorException($"no such level '{spec.Level}'");
            }

            if (count > holds)
            {
                throw new UserErrorException($"requested {count} questions of {holds}");
            }

            var low = int.Parse(spec.Settings.GetValueOrDefault("low", "0"));
            return
            [
                .. Enumerable
                    .Range(low, count)
                    .Select(i => new Question($"numbers/{spec.Level}/{i}", "numbers", spec.Level, $"{i}?", $"{i}")),
            ];
        }

        Grade ITask.GradeAnswer(Question question, string answer) => throw new NotSupportedException("nothing is graded here");

        public void Validate(Question question) { }
    }
}
