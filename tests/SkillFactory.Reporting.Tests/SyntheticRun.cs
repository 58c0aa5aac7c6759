using System.Text.Json;
using SkillFactory.Core;
using SkillFactory.Core.Artifacts;
using SkillFactory.Core.Metrics;
using SkillFactory.Core.Planning;
using SkillFactory.Core.Randomness;
using SkillFactory.Core.Recipes;
using SkillFactory.Core.Sampling;
using SkillFactory.Core.Tasks;
using SkillFactory.Core.Traces;
using SkillFactory.Evaluation.Summaries;
using SkillFactory.Grading;
using SkillFactory.Reporting.RunFolder;

namespace SkillFactory.Reporting.Tests;

/// <summary>The result of a run with simulated models. Each arm has an accuracy per level. The responses of the skillfactory arm are
/// traces. All responses contain text that must be escaped in HTML.</summary>
internal sealed class SyntheticRun
{
    public const string Hostile = "<script>alert('x')</script> & \"quotes\" \u0001 \uD800 <img src=http://example.org/x>";

    /// <summary>The answers to every question.</summary>
    private const string Right = "3+4";
    private const string Wrong = "3*4";

    private static readonly (string Level, double Base)[] Levels = [("3", 0.27), ("4", 0.10), ("5", 0.04)];

    private readonly MemoryArtifactStore _store = new();
    private readonly List<ArmStageResult> _stages = [];
    private readonly int _questions;

    private SyntheticRun(int questions) => _questions = questions;

    public MemoryArtifactStore Store => _store;

    public RunExport Export { get; private set; } = null!;

    public static async Task<SyntheticRun> MakeAsync(IReadOnlyList<long> seeds, int questions = 60, bool stopEarly = false)
    {
        var run = new SyntheticRun(questions);
        foreach (var seed in seeds)
        {
            await run.SeedAsync(seed, stopEarly);
        }

        var model = new ModelRef(
            new Dictionary<string, ArtifactRef>
            {
                ["config.json"] = await run._store.PutAsync("application/json", s => s.WriteAsync("{}"u8.ToArray()).AsTask()),
                ["tokenizer.json"] = await run._store.PutAsync("application/json", s => s.WriteAsync("{\"t\":1}"u8.ToArray()).AsTask()),
            }
        );
        run.Export = new RunExport
        {
            ExperimentId = "synthetic-1",
            Recipe = RecipeOf(seeds),
            RecipeText = "version: 1\nname: synthetic # <b>&\n",
            Stages = run._stages,
            Model = model,
            StartedAt = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000),
            Complete = !stopEarly,
            Version = "0.1.0",
            Machine = "2 cores",
        };
        return run;
    }

    private static Recipe RecipeOf(IReadOnlyList<long> seeds) =>
        new()
        {
            Name = "synthetic",
            Description = "A simulated run <i>&amp;",
            Model = "models/tiny",
            Seeds = seeds,
            Train = [new QuestionSource { Task = "countdown", Level = "3" }, new QuestionSource { Task = "countdown", Level = "4" }],
            Sft = new SftSettings { Gate = new SftGate() },
            Grpo = new GrpoSettings { Steps = 40 },
            Evaluation = new EvaluationSettings
            {
                Sets = [.. Levels.Select(l => new QuestionSource { Task = "countdown", Level = l.Level })],
                Resamples = 200,
                BestOfN = [4, 8],
                Forcing = new BudgetForcingSettings(),
            },
            Arms =
            [
                new ArmSettings { Name = "base" },
                new ArmSettings { Name = "rl-only", Stages = [StageNames.Grpo] },
                new ArmSettings
                {
                    Name = "rl-only-long",
                    Stages = [StageNames.Grpo],
                    Set = new ArmOverrides { Grpo = new GrpoSettings { TokenBudget = "match:skillfactory" } },
                },
                new ArmSettings { Name = "skillfactory", Stages = ["sample", "reflect", "traces", "sft", "grpo"] },
                new ArmSettings { Name = "sft-only", Stages = ["sample", "reflect", "traces", "sft"] },
            ],
        };

    private async Task SeedAsync(long seed, bool stopEarly)
    {
        foreach (var arm in new[] { "skillfactory", "sft-only" })
        {
            Add(seed, arm, "sample", "", $"sample{seed}", new(), new() { ["generated_tokens"] = 300_000 }, 20, reused: seed == 1);
            Add(seed, arm, "reflect", "", $"reflect{seed}", new(), new() { ["generated_tokens"] = 100_000 }, 10, reused: false);
            Add(
                seed,
                arm,
                "traces",
                "",
                $"traces{seed}",
                new() { ["traces"] = await TracesAsync(seed) },
                new() { ["traces"] = 3 },
                0.5,
                false
            );
            var sft = await CurvesAsync(seed, 30, false);
            sft["weights"] = await _store.PutAsync("application/x-safetensors", s => s.WriteAsync(BitConverter.GetBytes(seed)).AsTask());
            Add(
                seed,
                arm,
                "sft",
                "",
                $"sft{seed}",
                sft,
                new()
                {
                    ["trained_tokens"] = 400_000,
                    ["generated_tokens"] = 50_000,
                    ["gate/stop_after_correct"] = 0.98,
                    ["gate/stop_after_correct_count"] = 100,
                    ["gate/stop_after_incorrect_count"] = 200,
                    ["gate/well_formed"] = 0.97,
                    ["gate/well_formed_count"] = 100,
                    ["gate/stop_after_incorrect"] = seed == 2 ? 0.2 : 0.01,
                    ["gate/extensions"] = 1,
                    ["gate/held"] = seed == 2 ? 0 : 1,
                    ["steps"] = 30,
                },
                60,
                false
            );
        }

        foreach (var arm in new[] { "base", "rl-only", "skillfactory", "sft-only" })
        {
            await EvaluateAsync(seed, arm, "base", "evaluate-base", 1, false);
        }

        if (stopEarly)
        {
            return;
        }

        foreach (
            var (arm, steps, tokens) in new[] { ("rl-only", 40, 150_000), ("rl-only-long", 400, 1_620_000), ("skillfactory", 40, 800_000) }
        )
        {
            var grpo = await CurvesAsync(seed, steps, true);
            grpo["weights"] = await _store.PutAsync("application/x-safetensors", s =>
                s.WriteAsync(System.Text.Encoding.UTF8.GetBytes(arm + seed)).AsTask()
            );
            Add(seed, arm, "grpo", "", $"grpo-{arm}{seed}", grpo, new() { ["generated_tokens"] = tokens, ["steps"] = steps }, 90, false);
        }

        await EvaluateAsync(seed, "skillfactory", "sft", $"evaluate-sft{seed}", 2.2, true);
        await EvaluateAsync(seed, "sft-only", "sft", $"evaluate-sft{seed}", 2.2, true);
        await EvaluateAsync(seed, "rl-only", "grpo", $"evaluate-rl{seed}", 2.0, false);
        await EvaluateAsync(seed, "rl-only-long", "grpo", $"evaluate-rll{seed}", 2.5, false);
        await EvaluateAsync(seed, "skillfactory", "grpo", $"evaluate-sf{seed}", 2.7, true);
        await BestOfNAsync(seed);
        await EvaluateAsync(seed, "skillfactory", "grpo", $"force-sf{seed}", 3.0, true, "force");
    }

    private Task<ArtifactRef> TracesAsync(long seed)
    {
        var traces = Enumerable
            .Range(0, 3)
            .Select(i => new SilverTrace(
                $"t{i}",
                $"q{i}",
                null,
                $"question {i} of seed {seed}",
                [new TraceSegment("<think>", "tag", true), new TraceSegment("7", "attempt", false)],
                [$"q{i}#0"],
                [],
                [true],
                "*C_full"
            ));
        return _store.PutAsync("application/x-jsonlines+gzip", s => CoreJson.WriteLinesAsync(s, traces));
    }

    private async Task<Dictionary<string, ArtifactRef>> CurvesAsync(long seed, int steps, bool grpo)
    {
        var random = KeyedRandom.Of(seed, "curves");
        var rows = Enumerable
            .Range(0, steps + 1)
            .Select(step =>
            {
                var noise = random.Uniform((uint)step) - 0.5;
                var values = grpo
                    ? new Dictionary<string, double>
                    {
                        ["reward"] = 0.3 + (0.4 * step / steps) + (0.1 * noise),
                        ["completions/mean_length"] = 70 + (10 * noise),
                        ["entropy"] = 0.9 - (0.5 * step / steps),
                        ["frac_reward_zero_std"] = 0.1 + (0.05 * noise),
                        ["skills/attempts_mean"] = 3 + noise,
                    }
                    : new Dictionary<string, double> { ["loss"] = 1.0 / Math.Max(step, 1) };
                if (step == 0)
                {
                    values.Clear();
                }

                if (step % 10 == 0)
                {
                    values["eval/accuracy"] = 0.25 + (0.5 * step / steps);
                    values["eval/responses"] = 64;
                    values["eval/well_formed"] = grpo ? 0.9 : 0.1 * step / 10;
                    values["eval/mean_length"] = 60;
                }

                return new MetricRow(step, values);
            });
        return new() { ["metrics"] = await _store.PutAsync("application/x-jsonlines+gzip", s => CoreJson.WriteLinesAsync(s, rows)) };
    }

    private async Task EvaluateAsync(
        long seed,
        string arm,
        string checkpoint,
        string key,
        double factor,
        bool traces,
        string stage = "evaluate"
    )
    {
        var rollouts = new List<Rollout>();
        var questions = new Dictionary<string, Question>();
        foreach (var (level, start) in Levels)
        {
            for (var q = 0; q < _questions; q++)
            {
                var id = $"countdown/{level}/q{q}";
                questions[id] = new Question(id, "countdown", level, $"Reach {q} <from> 1 & 2", "3 4 = 7 exactly_once +-*");
                for (var s = 0; s < 4; s++)
                {
                    rollouts.Add(Respond(KeyedRandom.Of(seed, key).Child(id), id, level, s, Math.Min(0.95, start * factor), traces));
                }
            }
        }

        var summary = EvaluationSummary.Compute(
            rollouts,
            new EvaluationSettings { Resamples = 100 },
            KeyedRandom.Of(seed, key),
            questions,
            (_, text) => new Grade(Tags.LastAnswer(text) == Right ? Outcome.Correct : Outcome.Wrong, null, "")
        );
        Add(
            seed,
            arm,
            stage,
            checkpoint,
            key,
            new()
            {
                ["summary"] = await _store.PutAsync("application/json", s => JsonSerializer.SerializeAsync(s, summary, CoreJson.Options)),
                ["rollouts"] = await _store.PutAsync("application/x-jsonlines+gzip", s => CoreJson.WriteLinesAsync(s, rollouts)),
                ["questions"] = await _store.PutAsync("application/x-jsonlines+gzip", s => CoreJson.WriteLinesAsync(s, questions.Values)),
            },
            new(),
            12,
            false
        );
    }

    private static Rollout Respond(KeyedRandom key, string id, string level, int sample, double skill, bool traces)
    {
        // The difficulty of a question is the same for all arms.
        var easy = KeyedRandom.Of(0, "difficulty").Child(id).Uniform(0);
        var random = key.Child(sample);
        var right = random.Uniform(0) < Math.Clamp(2 * skill * easy, 0, 1);
        var answer = right ? Right : Wrong;
        var text = traces
            ? "<think><sample>"
                + Hostile
                + $"<answer>{Wrong}</answer></sample><reflect><verdict>Incorrect</verdict></reflect>again<sample><answer>"
                + answer
                + "</answer></sample><reflect><verdict>Correct</verdict></reflect></think>"
            : $"<answer>{answer}</answer>{Hostile}";
        return new Rollout
        {
            Id = $"{id}#{sample}",
            PromptId = id,
            QuestionId = id,
            Task = "countdown",
            Level = level,
            Variant = "original",
            SampleIndex = sample,
            Response = text,
            Outcome =
                right ? Outcome.Correct
                : random.Uniform(1) < 0.2 ? Outcome.Truncated
                : Outcome.Wrong,
            Extracted = answer,
            TokenCount = traces ? 70 : 14,
            PromptTokenCount = 8,
            LogProb = -3,
            MeanEntropy = 0.4,
            WeightsVersion = 1,
        };
    }

    private async Task BestOfNAsync(long seed)
    {
        var answers = new List<Rollout>();
        var reflections = new List<Rollout>();
        foreach (var (level, start) in Levels)
        {
            for (var q = 0; q < _questions; q++)
            {
                for (var s = 0; s < 8; s++)
                {
                    var answer = Respond(KeyedRandom.Of(seed, "best"), $"countdown/{level}/q{q}", level, s, start * 2, false);
                    answers.Add(answer);
                    reflections.Add(
                        answer with
                        {
                            Id = answer.Id + "/r",
                            Parent = answer.Id,
                            Variant = "reflection",
                            TokenCount = 7,
                            Extracted = answer.Outcome == Outcome.Correct ? "Correct" : "Incorrect",
                        }
                    );
                }
            }
        }

        var summary = BestOfNSummary.Compute(
            answers,
            reflections,
            [.. Enumerable.Range(1, 8)],
            new EvaluationSettings { Resamples = 100 },
            KeyedRandom.Of(seed, "best")
        );
        Add(
            seed,
            "rl-only",
            "best_of_n",
            "grpo",
            $"best{seed}",
            new()
            {
                ["summary"] = await _store.PutAsync("application/json", s => JsonSerializer.SerializeAsync(s, summary, CoreJson.Options)),
                ["rollouts"] = await _store.PutAsync("application/x-jsonlines+gzip", s => CoreJson.WriteLinesAsync(s, answers)),
                ["reflections"] = await _store.PutAsync("application/x-jsonlines+gzip", s => CoreJson.WriteLinesAsync(s, reflections)),
            },
            new(),
            8,
            false
        );
    }

    private void Add(
        long seed,
        string arm,
        string stage,
        string checkpoint,
        string key,
        Dictionary<string, ArtifactRef> outputs,
        Dictionary<string, double> counts,
        double seconds,
        bool reused
    ) => _stages.Add(new ArmStageResult(seed, arm, stage, checkpoint, new StageResult(key, stage, outputs, counts, seconds), reused));
}
