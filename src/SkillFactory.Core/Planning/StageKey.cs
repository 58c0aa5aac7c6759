using SkillFactory.Core.Artifacts;
using SkillFactory.Core.Recipes;

namespace SkillFactory.Core.Planning;

/// <summary>A stage's name in the artifact store: the SHA-256 of everything its result depends on. Same recipe, seed, model and device
/// class: same keys, in any experiment.</summary>
public static class StageKey
{
    /// <param name="results">Manifests of the stages that <paramref name="node"/> needs, by node id.</param>
    /// <param name="deviceClass">"cpu" or "cuda": arithmetic differs between them.</param>
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

    /// <summary>Scope of what one experiment needs until its stage has a result, and then no more: batches, their rollouts, weight versions,
    /// checkpoints.</summary>
    public static string ScratchOf(string experimentId, string stageKey) => $"{experimentId}/{stageKey}";

    /// <summary>The node's settings with a budget that follows another arm replaced by its number of tokens.</summary>
    public static StageSettings WithBudget(PlanNode node, IReadOnlyDictionary<string, StageResult> results) =>
        node.SpentBy.Count > 0 && node.Settings is GrpoStageSettings grpo
            ? grpo with
            {
                Grpo = grpo.Grpo with { TokenBudget = node.SpentBy.Sum(id => SpentTokens(results[id])).ToString() },
            }
            : node.Settings;

    /// <summary>Tokens a stage spent on making its model better: those generated, and those trained on in SFT. (Tokens that GRPO trains on
    /// are the ones it generated.)</summary>
    public static long SpentTokens(StageResult result) =>
        (long)result.Counts.GetValueOrDefault(result.Kind == StageNames.Sft ? StageResult.TrainedTokens : StageResult.GeneratedTokens);
}
