namespace SkillFactory.Core.Tasks.Countdown;

/// <summary>How often a given number may be used.</summary>
public enum NumberUse
{
    /// <summary>Each number at most once (the paper's rule).</summary>
    AtMostOnce,

    /// <summary>Each number exactly once (TinyZero's rule).</summary>
    ExactlyOnce,
}
