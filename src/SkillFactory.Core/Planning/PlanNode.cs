using SkillFactory.Core.Randomness;

namespace SkillFactory.Core.Planning;

/// <summary>One stage of a plan. Arms whose stages are equal up to here share it.</summary>
/// <param name="Id">Hash of kind, seed, settings and inputs. It identifies the stage before anything runs.</param>
/// <param name="Name">"seed/arm/stage" for users; a shared stage has the name of its first arm.</param>
/// <param name="Inputs">Outputs of earlier stages that this stage reads.</param>
/// <param name="SpentBy">Stages whose tokens are this stage's budget ("match:ARM"); empty when its budget matches no arm.</param>
/// <param name="Uses">The arms that use this stage.</param>
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
    /// <summary>Root of all randomness of the stage. It depends on seed and kind alone, so arms with equal settings draw the
    /// same.</summary>
    public KeyedRandom Random => KeyedRandom.Of(Seed, Kind);

    /// <summary>Ids of the stages that must finish first.</summary>
    public IEnumerable<string> Needs => Inputs.Select(i => i.Node).Concat(SpentBy).Distinct();

    public bool HasInput(string role) => Inputs.Any(i => i.Role == role);
}
