using SkillFactory.Core.Artifacts;
using SkillFactory.Core.Planning;
using SkillFactory.Core.Recipes;

namespace SkillFactory.Core.Tests.Planning;

public sealed class StageKeyTests
{
    private static Recipe ThreeArms => PlannedRecipes.ThreeArms;

    private static readonly string[] All =
    [
        "evaluate-base",
        "rl-only/grpo",
        "rl-only/evaluate-grpo",
        "sample",
        "reflect",
        "traces",
        "sft",
        "evaluate-sft",
        "skillfactory/grpo",
        "skillfactory/evaluate-grpo",
    ];

    private static readonly string[] AfterTraces = ["traces", "sft", "evaluate-sft", "skillfactory/grpo", "skillfactory/evaluate-grpo"];

    /// <summary>A change of a recipe and the stages whose results it can touch.</summary>
    public static TheoryData<string, Func<Recipe, Recipe>, string[]> Changes =>
        new()
        {
            { "nothing", r => r, [] },
            { "name, description, model path", r => r with { Name = "other", Description = "d", Model = "/elsewhere" }, [] },
            { "device number", r => r with { Device = "cpu" }, [] },
            { "device class", r => r with { Device = "cuda:1" }, All },
            { "prompts", r => r with { Prompts = "standard" }, All },
            { "questions sampled", r => r with { Sampling = r.Sampling with { Questions = 101 } }, ["sample", "reflect", .. AfterTraces] },
            { "batching", r => r with { Sampling = r.Sampling with { PromptsPerBatch = 32 } }, ["sample", "reflect", .. AfterTraces] },
            { "reflection", r => r with { Reflection = r.Reflection with { PerAttempt = 2 } }, ["reflect", .. AfterTraces] },
            { "traces", r => r with { Traces = r.Traces with { Attempts = 3 } }, AfterTraces },
            { "sft", r => r with { Sft = r.Sft with { Epochs = 3 } }, AfterTraces[1..] },
            {
                "replay",
                r =>
                    r with
                    {
                        Sft = r.Sft with
                        {
                            Replay = new ReplaySettings { Sources = [new QuestionSource { Task = "multiplication", Level = "2x1" }] },
                        },
                    },
                AfterTraces[1..]
            },
            { "gate", r => r with { Sft = r.Sft with { Gate = new SftGate { Questions = 99 } } }, AfterTraces[1..] },
            {
                "grpo",
                r => r with { Grpo = r.Grpo with { Steps = 81 } },
                ["rl-only/grpo", "rl-only/evaluate-grpo", "skillfactory/grpo", "skillfactory/evaluate-grpo"]
            },
            { "training mix", r => r with { Train = [r.Train[0]] }, [.. All.Where(s => s != "evaluate-base")] },
            {
                "test questions",
                r => r with { Evaluation = r.Evaluation with { Questions = 100 } },
                [.. All.Where(s => s.Contains("evaluate"))]
            },
            { "best of n", r => r with { Evaluation = r.Evaluation with { BestOfN = [2] } }, [] },
            {
                "evaluation decoding also measures the gate",
                r => r with { Evaluation = r.Evaluation with { LimitScale = new Dictionary<string, double> { ["countdown/3"] = 2 } } },
                [.. All.Where(s => s.Contains("evaluate")), "sft", "skillfactory/grpo"]
            },
            {
                "rounds",
                r => r with { Sampling = r.Sampling with { Rounds = 2, Enough = new EnoughAttempts() } },
                ["sample", "reflect", .. AfterTraces]
            },
            {
                "examples",
                r => r with { Sampling = r.Sampling with { Examples = new ExampleSettings { File = "e" } } },
                ["sample", "reflect", .. AfterTraces]
            },
            {
                "who makes the attempts",
                r => r with { Sampling = r.Sampling with { Model = "artifact:aa:1" } },
                ["sample", "reflect", .. AfterTraces]
            },
            { "rows of sft", r => r with { Sft = r.Sft with { Rows = 10 } }, AfterTraces[1..] },
            {
                "samples of a set",
                r => r with { Evaluation = r.Evaluation with { Sets = [r.Evaluation.Sets[0] with { Samples = 9 }] } },
                [.. All.Where(s => s.Contains("evaluate"))]
            },
            { "given traces that no arm trains on", r => r with { Given = new ImportedTraceSettings { File = "g" } }, [] },
            {
                "evaluation during GRPO",
                r => r with { Grpo = r.Grpo with { EvaluateEvery = 10 } },
                ["rl-only/grpo", "rl-only/evaluate-grpo", "skillfactory/grpo", "skillfactory/evaluate-grpo"]
            },
            { "evaluation during SFT", r => r with { Sft = r.Sft with { EvaluateEvery = 10 } }, AfterTraces[1..] },
            {
                "another arm",
                r =>
                    r with
                    {
                        Arms =
                        [
                            .. r.Arms,
                            new ArmSettings
                            {
                                Name = "more",
                                Stages = ["grpo"],
                                Set = new ArmOverrides { Grpo = r.Grpo with { Steps = 3 } },
                            },
                        ],
                    },
                []
            },
        };

    [Theory]
    [MemberData(nameof(Changes))]
    public void Keys_change_exactly_where_the_result_can(string what, Func<Recipe, Recipe> change, string[] expected)
    {
        var before = PlannedRecipes.Keys(ThreeArms);
        var after = PlannedRecipes.Keys(change(ThreeArms));
        var changed = before.Where(k => after[k.Key] != k.Value).Select(k => k.Key);
        Assert.True(
            before.Keys.Where(name => expected.Any(e => name.EndsWith(e, StringComparison.Ordinal))).Order().SequenceEqual(changed.Order()),
            $"{what}: changed {string.Join(", ", changed.Order())}"
        );
    }

    [Fact]
    public void What_is_off_is_no_part_of_a_key()
    {
        var settings = ExperimentPlan.From(ThreeArms).Nodes.Select(n => CanonicalJson.Of(n.Settings)!.ToJsonString()).ToList();
        Assert.All(settings, s => Assert.DoesNotContain("alidation", s));
        Assert.All(settings, s => Assert.DoesNotContain("evaluateQuestions", s));
        Assert.All(settings, s => Assert.DoesNotContain("minWellFormed", s));
        Assert.DoesNotContain("evaluateEvery", settings[ExperimentPlan.From(ThreeArms).Nodes.ToList().FindIndex(n => n.Kind == "sft")]);
    }

    [Fact]
    public void Seeds_share_nothing_and_keep_their_keys_in_other_company()
    {
        var two = PlannedRecipes.Keys(ThreeArms with { Seeds = [7, 1] });
        Assert.Equal(two.Count, two.Values.Distinct().Count());
        Assert.All(PlannedRecipes.Keys(ThreeArms), one => Assert.Equal(one.Value, two[one.Key]));
    }

    [Fact]
    public void Another_model_changes_every_key()
    {
        var other = PlannedRecipes.Model with { Weights = new WeightsRef(0, new ArtifactRef("w1", 1, "x")) };
        var after = PlannedRecipes.Keys(ThreeArms, other);
        Assert.All(PlannedRecipes.Keys(ThreeArms), k => Assert.NotEqual(k.Value, after[k.Key]));
    }

    [Fact]
    public void Arguments_of_the_models_chat_template_change_every_key()
    {
        BaseModel With(params (string, string)[] arguments) =>
            PlannedRecipes.Model with
            {
                Files = PlannedRecipes.Model.Files with { TemplateArguments = arguments.ToDictionary(a => a.Item1, a => a.Item2) },
            };
        var after = PlannedRecipes.Keys(ThreeArms, With(("enable_thinking", "false"), ("a", "1")));
        Assert.All(PlannedRecipes.Keys(ThreeArms), k => Assert.NotEqual(k.Value, after[k.Key]));
        Assert.Equal(after, PlannedRecipes.Keys(ThreeArms, With(("a", "1"), ("enable_thinking", "false"))));
    }

    [Fact]
    public void Keys_do_not_depend_on_the_order_in_which_settings_were_written()
    {
        Recipe With(params (string, string)[] settings) =>
            ThreeArms with
            {
                Train = [ThreeArms.Train[0] with { Settings = settings.ToDictionary(s => s.Item1, s => s.Item2) }],
            };
        Assert.Equal(PlannedRecipes.Keys(With(("max", "9"), ("min", "1"))), PlannedRecipes.Keys(With(("min", "1"), ("max", "9"))));
    }

    /// <summary>Settings that were added later are omitted while they are off, so that recipes without them keep their results.</summary>
    [Theory]
    [InlineData(typeof(SamplingSettings), "attemptsPerVariant decoding promptsPerBatch questions variants")]
    [InlineData(typeof(QuestionSource), "level settings task weight")]
    public void Settings_that_are_off_are_no_part_of_a_key(Type type, string names)
    {
        object settings = type == typeof(QuestionSource) ? ThreeArms.Train[0] : Activator.CreateInstance(type)!;
        Assert.Equal(names.Split(' '), CanonicalJson.Of(settings)!.AsObject().Select(p => p.Key));
    }

    [Fact]
    public void Limits_that_are_off_are_no_part_of_a_key()
    {
        Assert.DoesNotContain(CanonicalJson.Of(new SftSettings())!.AsObject(), p => p.Key is "longer" or "rows");
        Assert.DoesNotContain(CanonicalJson.Of(new GrpoSettings())!.AsObject(), p => p.Key == "questions");
    }

    [Fact]
    public void Given_traces_are_named_by_their_content()
    {
        Recipe With(string file) =>
            ThreeArms with
            {
                Arms =
                [
                    .. ThreeArms.Arms,
                    new ArmSettings
                    {
                        Name = "distilled",
                        Stages = ["given", "sft"],
                        Set = new ArmOverrides { Given = new ImportedTraceSettings { File = file } },
                    },
                ],
            };
        var (before, after) = (PlannedRecipes.Keys(With("artifact:aa:1")), PlannedRecipes.Keys(With("artifact:bb:1")));
        Assert.Equal(
            ["1/distilled/evaluate-sft", "1/distilled/given", "1/distilled/sft"],
            before.Where(k => after[k.Key] != k.Value).Select(k => k.Key).Order()
        );
    }

    [Fact]
    public void A_key_is_a_lower_case_sha256() =>
        Assert.All(PlannedRecipes.Keys(ThreeArms).Values, k => Assert.Matches("^[0-9a-f]{64}$", k));
}
