using SkillFactory.Core.Recipes;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Core.Planning;

/// <summary>
/// A recipe as a graph of stages, in the order in which they run: seed by seed, the base model's evaluation first, then each arm's
/// chain with an evaluation after every training stage, so that a person sees results early. A stage that several arms have in common,
/// inputs and all, is in the plan once. Pure: the same recipe gives the same plan anywhere.
/// </summary>
public sealed class ExperimentPlan
{
    private readonly Dictionary<string, PlanNode> _byId;

    private ExperimentPlan(Recipe recipe, IReadOnlyList<PlanNode> nodes)
    {
        Recipe = recipe;
        Nodes = nodes;
        _byId = nodes.ToDictionary(n => n.Id, StringComparer.Ordinal);
    }

    public Recipe Recipe { get; }

    /// <summary>In order of execution: whatever a stage needs stands before it.</summary>
    public IReadOnlyList<PlanNode> Nodes { get; }

    /// <summary>"cpu" or "cuda": the pool that serves the experiment.</summary>
    public string DeviceClass => Recipe.Device.Split(':')[0];

    public PlanNode this[string id] => _byId[id];

    /// <summary>The stage, or null when the plan has none of this id.</summary>
    public PlanNode? Find(string id) => _byId.GetValueOrDefault(id);

    /// <exception cref="UserErrorException">The arms' stages or budgets make no sense.</exception>
    public static ExperimentPlan From(Recipe recipe)
    {
        var nodes = recipe.Seeds.SelectMany(seed => new PlanBuilder(recipe, seed).Build()).ToList();
        return nodes.Count > 0
            ? new ExperimentPlan(recipe, nodes)
            : throw new UserErrorException($"recipe '{recipe.Name}' has no seed or no arm: nothing to run");
    }
}
