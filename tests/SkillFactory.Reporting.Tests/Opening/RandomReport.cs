using SkillFactory.Core.Randomness;
using SkillFactory.Core.Recipes;
using SkillFactory.Evaluation.Statistics;
using SkillFactory.Grading;
using SkillFactory.Reporting.ArmComparisons;
using SkillFactory.Reporting.Opening;
using SkillFactory.Reporting.Report;

namespace SkillFactory.Reporting.Tests.Opening;

/// <summary>A report with random accuracies, and the differences that follow from them.</summary>
internal sealed class RandomReport
{
    private static readonly (string Task, string Level)[] Levels =
    [
        ("countdown", "3"),
        ("countdown", "4"),
        ("countdown", "5"),
        ("multiplication", "2x1"),
        ("letter_countdown", "4"),
    ];

    public required Recipe Recipe { get; init; }

    public required RunReport Report { get; init; }

    /// <summary>Differences of the pairs that a report is about, by pair and level: the skillfactory arm against the base and against every
    /// other arm, and every other arm against the base.</summary>
    public required IReadOnlyList<(
        string Model,
        string Against,
        string Level,
        double Difference,
        bool Significant
    )> Differences { get; init; }

    /// <param name="baselines">Number of arms beside the skillfactory arm.</param>
    /// <param name="accuracy">The accuracy of a model on the level with this index; null for random ones.</param>
    public static RandomReport Make(long seed, int baselines, Func<string, int, double>? accuracy = null)
    {
        var random = KeyedRandom.Of(seed, "report").Stream();
        string[] arms = [.. Enumerable.Range(1, baselines).Select(i => $"rl-{i}"), "skillfactory"];
        var models = new List<ReportedModel> { Model("base", "", "base", 0) };
        models.AddRange(arms.Select((a, i) => Model($"{a}/grpo", a, "grpo", 1000 * (i + 1))));
        var values = models.ToDictionary(
            m => m.Key,
            m => Levels.Select((_, i) => accuracy?.Invoke(m.Label, i) ?? Math.Round(random.NextDouble(), 3)).ToArray()
        );
        var comparisons = new List<ArmComparison>();
        for (var i = 0; i < models.Count; i++)
        {
            for (var j = i + 1; j < models.Count; j++)
            {
                // Reports hold a pair in either order.
                var (left, right) = random.NextBool(0.5) ? (models[i].Key, models[j].Key) : (models[j].Key, models[i].Key);
                comparisons.AddRange(
                    Levels.Select((l, k) => Compare(left, right, l, values[left][k] - values[right][k], random.NextBool(0.5)))
                );
            }
        }

        var recipe = RecipeOf(arms);
        var draft = ReportOf(models, values, comparisons);
        draft = draft with { Effects = EffectBuilder.Build(draft, recipe) };
        return new RandomReport
        {
            Recipe = recipe,
            Report = draft with { Summary = OpeningText.Of(draft, recipe) },
            Differences =
            [
                .. from pair in models
                    .SelectMany(m => models.Select(a => (Model: m.Key, Against: a.Key)))
                    .Where(p => p.Model != p.Against && (p.Model == "skillfactory/grpo" || p.Against == "base"))
                where pair.Model != "base"
                from level in Enumerable.Range(0, Levels.Length)
                select (
                    pair.Model,
                    pair.Against,
                    ReportedLevel.LabelOf(Levels[level].Task, Levels[level].Level),
                    values[pair.Model][level] - values[pair.Against][level],
                    comparisons
                        .Single(c =>
                            (c.Task, c.Level) == Levels[level]
                            && new[] { c.Left, c.Right }.Order().SequenceEqual(new[] { pair.Model, pair.Against }.Order())
                        )
                        .AdjustedP < 0.05
                ),
            ],
        };
    }

    private static ReportedModel Model(string key, string arm, string checkpoint, double tokens) =>
        new(key, arm.Length > 0 ? arm : "base", arm, checkpoint, arm.Length > 0, arm.Length > 0 ? 10 : null, tokens, []);

    private static ArmComparison Compare(string left, string right, (string Task, string Level) level, double difference, bool isCertain)
    {
        var width = isCertain ? Math.Abs(difference) / 2 : Math.Abs(difference) + 0.01;
        return new ArmComparison(
            left,
            right,
            null,
            null,
            level.Task,
            level.Level,
            [],
            new Estimate(difference, 50, new Interval(difference - width, difference + width, 0.95)),
            null,
            isCertain && difference != 0 ? 0.001 : 0.5,
            ComparisonFamily.Arms,
            isCertain && difference != 0 ? 0.01 : 0.5,
            new Dictionary<int, Estimate>(),
            [],
            20,
            20
        );
    }

    private static Recipe RecipeOf(string[] arms) =>
        new()
        {
            Name = "random",
            Model = "models/tiny",
            Seeds = [1],
            Train = [new QuestionSource { Task = "countdown", Level = "3" }, new QuestionSource { Task = "countdown", Level = "4" }],
            Arms =
            [
                new ArmSettings { Name = "base" },
                .. arms.Select(a => new ArmSettings
                {
                    Name = a,
                    Stages = a == "skillfactory" ? ["sample", "reflect", "traces", "sft", "grpo"] : ["grpo"],
                }),
            ],
        };

    private static RunReport ReportOf(
        IReadOnlyList<ReportedModel> models,
        Dictionary<string, double[]> values,
        IReadOnlyList<ArmComparison> comparisons
    ) =>
        new()
        {
            Run = new ReportedRun("r", "random", "", "tiny", "cpu", "", "1", DateTimeOffset.UnixEpoch, true, [1], 0.95, 100, 10, 0, null),
            Summary = [],
            Models = models,
            Levels =
            [
                .. Levels.Select(l => new ReportedLevel(l.Task, l.Level, l is ("countdown", "3" or "4"), l is ("countdown", not "3"))),
            ],
            Evaluations =
            [
                .. from model in models
                from level in Enumerable.Range(0, Levels.Length)
                select new LevelEvaluation(
                    model.Key,
                    Levels[level].Task,
                    Levels[level].Level,
                    Figures(values[model.Key][level], 20 + (10 * models.ToList().IndexOf(model))),
                    null,
                    null,
                    [],
                    []
                ),
            ],
            Means = [],
            Families = [],
            Comparisons = comparisons,
            MeanComparisons = [],
            Conclusions = [],
            BestOfN = [],
            Forced = [],
            ForcedFamilies = [],
            Skills = [],
            Gates = [],
            Tokens = [],
            Curves = [],
            Stages = [],
            Samples = [],
            Caveats = ["A caveat."],
            Recipe = "name: random\n",
        };

    private static EvaluationFigures Figures(double accuracy, double tokens) =>
        new(
            50,
            50,
            64,
            new Dictionary<Outcome, int>(),
            new Estimate(accuracy, 50, new Interval(accuracy / 2, (1 + accuracy) / 2, 0.95)),
            new Dictionary<int, Estimate>(),
            new Dictionary<int, Estimate>(),
            new Estimate(tokens, 50, null),
            null,
            null
        );
}
