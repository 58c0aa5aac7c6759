namespace SkillFactory.Core.Planning;

/// <summary>Roles of a stage's inputs.</summary>
public static class PlanRoles
{
    public const string Questions = "questions";
    public const string Attempts = "attempts";
    public const string Reflections = "reflections";
    public const string Dataset = "dataset";

    /// <summary>Answers that are mixed into the data set.</summary>
    public const string Replay = "replay";

    /// <summary>Weights to start from or to evaluate; without this input, those of the base model.</summary>
    public const string Weights = "weights";
}
