namespace SkillFactory.Engine.Models;

/// <summary>RMSNorm of queries and keys before they are rotated.</summary>
public enum HeadNorm
{
    None,

    /// <summary>Over each head, with one weight of the head's size for all of them. Qwen3.</summary>
    PerHead,

    /// <summary>Over all heads of a token together. Olmo 2 and 3.</summary>
    Whole,
}
