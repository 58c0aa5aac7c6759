namespace SkillFactory.Core.Tasks;

/// <summary>How questions and prompts are worded.</summary>
public enum Wording
{
    /// <summary>Full sentences in the outline of the paper's prompts, with a worked example.</summary>
    Standard,

    /// <summary>A few tokens, as the shipped tiny base understands them.</summary>
    Compact,
}
