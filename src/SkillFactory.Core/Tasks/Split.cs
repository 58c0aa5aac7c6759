namespace SkillFactory.Core.Tasks;

/// <summary>Disjoint parts of a task's question space. The hash of a question's canonical form alone decides its split, so no question is
/// in two splits, whatever the counts and seeds.</summary>
public enum Split
{
    /// <summary>Questions for silver traces and, together with <see cref="Rl"/>, for the pretraining corpus of the base.</summary>
    Sft,

    /// <summary>Questions for GRPO rollouts.</summary>
    Rl,

    /// <summary>Questions for choosing settings, gates and checkpoints.</summary>
    Validation,

    /// <summary>Questions for reported results; never used for a choice.</summary>
    Test,
}
