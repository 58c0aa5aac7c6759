namespace SkillFactory.Core.Sampling;

/// <summary>How the worker grades a finished response.</summary>
public enum GradeAs
{
    /// <summary>By its task: compares the last answer span with the gold.</summary>
    Answer,

    /// <summary>As a reflection: reads only the verdict.</summary>
    Verdict,
}
