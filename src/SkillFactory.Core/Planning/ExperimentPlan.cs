using SkillFactory.Core.Recipes;

namespace SkillFactory.Core.Planning;

/// <summary>A recipe as a graph of stages in the order in which they run: seed by seed, the evaluation of the base model first, then each
/// arm with an evaluation after every training stage, so that results appear early. A stage that several arms have in common, inputs
/// included, is in the plan once. The plan depends on the recipe alone.</summary>
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

    /// <summary>In order of execution: a stage follows all stages that it needs.</summary>
    public IReadOnlyList<PlanNode> Nodes { get; }

    /// <summary>"cpu" or "cuda": the pool of workers that serves the experiment.</summary>
    public string DeviceClass => Recipe.Device.Split(':')[0];

    public PlanNode this[string id] => _byId[id];

    /// <summary>The stage with this id, or null.</summary>
    public PlanNode? Find(string id) => _byId.GetValueOrDefault(id);

    /// <param name="recipe">A recipe that <see cref="RecipeReader"/> has checked.</param>
    public static ExperimentPlan From(Recipe recipe) =>
        new(recipe, [.. recipe.Seeds.SelectMany(seed => new PlanBuilder(recipe, seed).Build())]);
}
