using SkillFactory.Core.Recipes;

namespace SkillFactory.Core.Planning;

/// <summary>All kinds of stages: those of arms (<see cref="StageNames"/>) and evaluations, each with the version of its code.</summary>
public static class StageKinds
{
    /// <summary>Evaluates a checkpoint on the questions of the recipe.</summary>
    public const string Evaluate = "evaluate";

    /// <summary>Best of n: a checkpoint answers each question n times, and the base model's reflections choose one answer.</summary>
    public const string BestOfN = "best_of_n";

    /// <summary>Budget forcing: continues the responses of an evaluation.</summary>
    public const string Force = "force";

    /// <summary>Samples the answers that fine-tuning replays (the recipe section <c>sft.replay</c>).</summary>
    public const string Replay = "replay";

    /// <summary>Version of a stage's code, which is part of its key. Raise it whenever equal inputs and settings give another result, for
    /// example after a change of a prompt, a grader, a generator, a sampler or a trainer; earlier results are then no longer
    /// reused.</summary>
    public static int CodeVersion(string kind) =>
        kind switch
        {
            StageNames.Sample => 6,
            StageNames.Reflect => 6,
            StageNames.Traces => 3,
            StageNames.Given => 3,
            StageNames.Sft => 6,
            StageNames.Grpo => 7,
            Evaluate => 6,
            BestOfN => 6,
            Force => 5,
            Replay => 3,
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "unknown stage"),
        };
}
