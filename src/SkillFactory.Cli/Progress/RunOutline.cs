using SkillFactory.Core.Planning;
using SkillFactory.Core.Recipes;

namespace SkillFactory.Cli.Progress;

/// <summary>The stages of a run as the recipe plans them.</summary>
internal sealed class RunOutline
{
    private readonly Dictionary<string, PlannedStage> _stages;

    private RunOutline(IEnumerable<PlannedStage> stages) => _stages = stages.ToDictionary(s => s.Name, StringComparer.Ordinal);

    /// <summary>No stage is planned.</summary>
    public static RunOutline Empty { get; } = new([]);

    /// <param name="recipe">A recipe that its reader has checked.</param>
    public static RunOutline Of(Recipe recipe)
    {
        var plan = ExperimentPlan.From(recipe);
        return new RunOutline(plan.Nodes.Select(node => StageOf(plan, node)));
    }

    /// <summary>The stage with this name. One that is not planned has its name as its label.</summary>
    public PlannedStage this[string name] =>
        _stages.GetValueOrDefault(name) ?? new PlannedStage(name, name, name, name.Split('/')[^1], Work: null);

    private static PlannedStage StageOf(ExperimentPlan plan, PlanNode node)
    {
        var use = node.Uses[0];
        var acrossSeeds = $"{ModelOf(plan.Recipe, use)}/{node.Kind}{(use.Round > 1 ? $", round {use.Round}" : "")}";
        return new PlannedStage(
            node.Name,
            plan.Recipe.Seeds.Count > 1 ? $"{acrossSeeds}, seed {node.Seed}" : acrossSeeds,
            acrossSeeds,
            node.Kind,
            PlannedWork.SequencesOf(plan, node)
        );
    }

    /// <summary>The name that the report gives the model: the arm, and the checkpoint if it is not the arm's last.</summary>
    private static string ModelOf(Recipe recipe, PlanUse use) =>
        use.Checkpoint switch
        {
            "" => use.Arm,
            Checkpoints.Base => Checkpoints.Base,
            var checkpoint => recipe.Arms.First(a => a.Name == use.Arm).Stages.Last(s => s is StageNames.Sft or StageNames.Grpo)
            == checkpoint
                ? use.Arm
                : $"{use.Arm} ({checkpoint.ToUpperInvariant()})",
        };
}

/// <summary>A stage of the plan.</summary>
/// <param name="Name">"seed/arm/stage", as in its status.</param>
/// <param name="Label">What people read, in the words of the report: "skillfactory (SFT)/evaluate, seed 2".</param>
/// <param name="AcrossSeeds">The label without the seed.</param>
/// <param name="Kind">Kind of the stage: "sample", "sft", ….</param>
/// <param name="Work">Comparable between stages of the same kind; null if unknown.</param>
internal sealed record PlannedStage(string Name, string Label, string AcrossSeeds, string Kind, double? Work);
