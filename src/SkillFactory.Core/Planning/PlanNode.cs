using SkillFactory.Core.Randomness;

namespace SkillFactory.Core.Planning;

/// <summary>One stage of a plan. Arms that have everything in common up to here share it.</summary>
/// <param name="Id">Hash of kind, seed, settings and inputs: the stage's place in the plan, known before anything runs.</param>
/// <param name="Name">"seed/arm/stage" for people; a shared stage carries its first arm's name.</param>
/// <param name="Inputs">Outputs of earlier stages that this one reads.</param>
/// <param name="SpentBy">Stages whose tokens are this one's budget ("match:ARM"); empty when its budget does not follow another arm.</param>
/// <param name="Uses">The arms that see this stage.</param>
public sealed record PlanNode(
    string Id,
    string Kind,
    long Seed,
    string Name,
    StageSettings Settings,
    IReadOnlyList<PlanInput> Inputs,
    IReadOnlyList<string> SpentBy,
    IReadOnlyList<PlanUse> Uses
)
{
    /// <summary>Root of all randomness of the stage. Arms that share settings share it, and with it their draws.</summary>
    public KeyedRandom Random => KeyedRandom.Of(Seed, Kind);

    /// <summary>Stages that must be finished first.</summary>
    public IEnumerable<string> Needs => Inputs.Select(i => i.Node).Concat(SpentBy).Distinct();

    public bool HasInput(string role) => Inputs.Any(i => i.Role == role);
}

/// <param name="Role">What it is to the reader: see <see cref="PlanRoles"/>.</param>
/// <param name="Node">Id of the stage that makes it.</param>
/// <param name="Output">Which of its outputs.</param>
public sealed record PlanInput(string Role, string Node, string Output);

/// <param name="Checkpoint">For measurements: what is measured; else empty.</param>
/// <param name="Round">From 1: which of the arm's rounds of sampling and fine-tuning.</param>
public sealed record PlanUse(string Arm, string Checkpoint, int Round);

/// <summary>Roles of a stage's inputs.</summary>
public static class PlanRoles
{
    public const string Questions = "questions";
    public const string Attempts = "attempts";
    public const string Reflections = "reflections";
    public const string Dataset = "dataset";

    /// <summary>Weights to start from or to measure; without this input, the base model's.</summary>
    public const string Weights = "weights";
}
