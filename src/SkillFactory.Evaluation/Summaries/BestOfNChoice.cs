using SkillFactory.Evaluation.Statistics;

namespace SkillFactory.Evaluation.Summaries;

/// <summary>How one of n answers is chosen.</summary>
public enum BestOfNChoice
{
    /// <summary>The first answer that the base model's reflections judge Correct; without one, the first answer.</summary>
    Reflection,

    /// <summary>The same answer, but answers are generated and judged in turn until one is judged Correct, so later ones cost no
    /// tokens.</summary>
    ReflectionInTurn,

    /// <summary>The most frequent answer.</summary>
    Majority,
}
