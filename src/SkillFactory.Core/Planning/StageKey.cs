using SkillFactory.Core.Artifacts;
using SkillFactory.Core.Recipes;

namespace SkillFactory.Core.Planning;

/// <summary>The name of a stage's result in the artifact store: the SHA-256 of everything that the result depends on. Equal recipes, seeds,
/// models and device classes give equal keys in any experiment.</summary>
public static class StageKey
{
    /// <param name="results">Manifests of the stages that <paramref name="node"/> needs, by node id.</param>
    /// <param name="deviceClass">"cpu" or "cuda", whose arithmetic differs.</param>
    public static string Compute(PlanNode node, IReadOnlyDictionary<string, StageResult> results, BaseModel model, string deviceClass) =>
        CanonicalJson.Hash(
            new
            {
                kind = node.Kind,
                code = StageKinds.CodeVersion(node.Kind),
                settings = CanonicalJson.Of(WithBudget(node, results)),
                random = node.Random.Key,
                inputs = node.Inputs.ToDictionary(i => i.Role, i => results[i.Node].Outputs[i.Output].Hash),
                model = CanonicalJson.Hash(model),
                device = deviceClass,
            }
        );

    /// <summary>Scope of the artifacts that an experiment needs only until its stage has a result: batches and their rollouts, weight
    /// versions and checkpoints.</summary>
    public static string ScratchOf(string experimentId, string stageKey) => $"{experimentId}/{stageKey}";

    /// <summary>The node's settings; a token budget that matches another arm is replaced by the number of tokens.</summary>
    public static StageSettings WithBudget(PlanNode node, IReadOnlyDictionary<string, StageResult> results) =>
        node.SpentBy.Count > 0 && node.Settings is GrpoStageSettings grpo
            ? grpo with
            {
                Grpo = grpo.Grpo with { TokenBudget = node.SpentBy.Sum(id => SpentTokens(results[id])).ToString() },
            }
            : node.Settings;

    /// <summary>The tokens that a stage counts towards a budget: for SFT the trained tokens, otherwise the generated ones. (GRPO trains on
    /// the tokens that it generates.)</summary>
    private static long SpentTokens(StageResult result) =>
        (long)result.Counts.GetValueOrDefault(result.Kind == StageNames.Sft ? StageResult.TrainedTokens : StageResult.GeneratedTokens);
}
