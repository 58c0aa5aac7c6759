using SkillFactory.Core;
using SkillFactory.Core.Artifacts;
using SkillFactory.Core.Planning;
using SkillFactory.Core.Recipes;
using SkillFactory.Core.Sampling;

namespace SkillFactory.TestKit.Recipes;

/// <summary>A recipe and made-up stage results for tests of the planner.</summary>
public static class PlannedRecipes
{
    public static readonly BaseModel Model = new(
        new ModelRef(new Dictionary<string, ArtifactRef> { ["config.json"] = new("c1", 1, "x"), ["tokenizer.json"] = new("c2", 1, "x") }),
        new WeightsRef(0, new ArtifactRef("w0", 1, "x"))
    );

    public static Recipe ThreeArms =>
        new()
        {
            Name = "plan",
            Model = "base",
            Prompts = "compact",
            Train =
            [
                new QuestionSource
                {
                    Task = "countdown",
                    Level = "3",
                    Weight = 3,
                },
                new QuestionSource
                {
                    Task = "countdown",
                    Level = "4",
                    Weight = 1,
                },
            ],
            Sampling = new SamplingSettings { Questions = 100 },
            Sft = new SftSettings { Gate = new SftGate() },
            Evaluation = new EvaluationSettings
            {
                Sets = [new QuestionSource { Task = "countdown", Level = "3" }],
                Decoding = new Decoding { MaxNewTokens = 100 },
            },
            Arms =
            [
                new ArmSettings { Name = "base" },
                new ArmSettings { Name = "rl-only", Stages = ["grpo"] },
                new ArmSettings { Name = "skillfactory", Stages = ["sample", "reflect", "traces", "sft", "grpo"] },
            ],
        };

    /// <summary>Stage keys by stage name, with the results of <see cref="Results"/>.</summary>
    public static Dictionary<string, string> Keys(Recipe recipe, BaseModel? model = null)
    {
        var plan = ExperimentPlan.From(recipe);
        var results = Results(plan, model ?? Model);
        return plan.Nodes.ToDictionary(n => n.Name, n => results[n.Id].Key);
    }

    /// <summary>Made-up results: the hash of each output is derived from the stage key.</summary>
    public static Dictionary<string, StageResult> Results(ExperimentPlan plan, BaseModel model)
    {
        var results = new Dictionary<string, StageResult>();
        foreach (var node in plan.Nodes)
        {
            var key = StageKey.Compute(node, results, model, plan.DeviceClass);
            string[] outputs =
            [
                StageOutputs.Rollouts,
                StageOutputs.Questions,
                StageOutputs.Traces,
                StageOutputs.Weights,
                StageOutputs.Summary,
            ];
            results[node.Id] = new StageResult(
                key,
                node.Kind,
                outputs.ToDictionary(o => o, o => new ArtifactRef(CanonicalJson.Hash(new { key, o }), 1, "x")),
                new Dictionary<string, double> { [StageResult.GeneratedTokens] = 1000, [StageResult.TrainedTokens] = 70 },
                1
            );
        }

        return results;
    }
}
