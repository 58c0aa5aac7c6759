namespace SkillFactory.Core.Planning;

/// <summary>An output of an earlier stage that a stage reads.</summary>
/// <param name="Role">What the stage uses it as; one of <see cref="PlanRoles"/>.</param>
/// <param name="Node">Id of the stage that makes it.</param>
/// <param name="Output">Name of the output; one of <see cref="StageOutputs"/>.</param>
public sealed record PlanInput(string Role, string Node, string Output);
